import { UpdateAppRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Changes the name of an application. */
export class UpdateAppCommand extends commandFrom(UpdateAppRequestSchema, 'projectId', 'appId', 'name')<Details> {}
