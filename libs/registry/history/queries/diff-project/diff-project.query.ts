import { DiffProjectRequestSchema } from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { PastDiff } from '#libs/registry/shared/past/aggregate-pasts.js';

/** Compares a project at two points. */
export class DiffProjectQuery extends queryFrom(DiffProjectRequestSchema, 'projectId', 'from', 'to')<PastDiff> {}
