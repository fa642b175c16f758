import { UpdateAPIAppConfigRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Changes how an API client authenticates. */
export class UpdateApiAppConfigCommand extends commandFrom(
  UpdateAPIAppConfigRequestSchema,
  'projectId',
  'appId',
  'authMethodType',
)<Details> {}
