import { GetApplicationStateRequestSchema } from '#libs/registry/contract/gen/appledger/v1/history_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { PastState } from '#libs/registry/shared/past/aggregate-pasts.js';

/** Reads what an application is at a point. */
export class GetApplicationStateQuery extends queryFrom(
  GetApplicationStateRequestSchema,
  'applicationId',
  'at',
)<PastState> {}
