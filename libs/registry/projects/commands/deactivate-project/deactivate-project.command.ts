import { DeactivateProjectRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Deactivates a project: the clients of its applications can no longer authenticate. */
export class DeactivateProjectCommand extends commandFrom(DeactivateProjectRequestSchema, 'id')<Details> {}
