import { RemoveProjectRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Removes a project and its applications for good. Their events stay. */
export class RemoveProjectCommand extends commandFrom(RemoveProjectRequestSchema, 'id')<Details> {}
