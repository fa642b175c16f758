import { GetAppKeyRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { ApplicationKeyDocument } from '../../projections/application-keys/application-keys.document.js';

const Base = queryFrom(GetAppKeyRequestSchema, 'projectId', 'appId', 'keyId');

/** Reads one key of an application. */
export class GetAppKeyQuery extends Base<ApplicationKeyDocument> {}
