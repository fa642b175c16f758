import { GetProjectByIDRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { ProjectDocument } from '../../projections/projects/projects.document.js';

/** Reads one project of an organization. */
export class GetProjectByIdQuery extends queryFrom(GetProjectByIDRequestSchema, 'id')<ProjectDocument> {}
