import { ReactivateAppRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Makes an inactive application active again. */
export class ReactivateAppCommand extends commandFrom(ReactivateAppRequestSchema, 'projectId', 'appId')<Details> {}
