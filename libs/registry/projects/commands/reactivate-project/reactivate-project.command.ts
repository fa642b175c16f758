import { ReactivateProjectRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Makes an inactive project active again. */
export class ReactivateProjectCommand extends commandFrom(ReactivateProjectRequestSchema, 'id')<Details> {}
