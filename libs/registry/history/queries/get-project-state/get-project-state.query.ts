import { GetProjectStateRequestSchema } from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { PastState } from '#libs/registry/shared/past/aggregate-pasts.js';

/** Reads what a project is at a point. */
export class GetProjectStateQuery extends queryFrom(GetProjectStateRequestSchema, 'projectId', 'at')<PastState> {}
