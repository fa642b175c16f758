import { RemoveAppRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Removes an application for good. Its events stay. */
export class RemoveAppCommand extends commandFrom(RemoveAppRequestSchema, 'projectId', 'appId')<Details> {}
