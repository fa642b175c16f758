import { DeactivateAppRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Deactivates an application: its client can no longer authenticate. */
export class DeactivateAppCommand extends commandFrom(DeactivateAppRequestSchema, 'projectId', 'appId')<Details> {}
