import { DiffApplicationRequestSchema } from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { PastDiff } from '#libs/registry/shared/past/aggregate-pasts.js';

/** Compares an application at two points. */
export class DiffApplicationQuery extends queryFrom(
  DiffApplicationRequestSchema,
  'applicationId',
  'from',
  'to',
)<PastDiff> {}
