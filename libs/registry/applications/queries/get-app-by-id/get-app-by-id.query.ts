import { GetAppByIDRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { ApplicationDocument } from '../../projections/applications/applications.document.js';

/** Reads one application of a project. */
export class GetAppByIdQuery extends queryFrom(GetAppByIDRequestSchema, 'projectId', 'appId')<ApplicationDocument> {}
