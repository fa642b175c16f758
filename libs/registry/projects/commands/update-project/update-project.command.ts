import { UpdateProjectRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Sets every setting of a project: one that the request leaves out is set to its zero value. */
export class UpdateProjectCommand extends commandFrom(
  UpdateProjectRequestSchema,
  'id',
  'name',
  'projectRoleAssertion',
  'projectRoleCheck',
  'hasProjectCheck',
  'privateLabelingSetting',
)<Details> {}
