import type { JsonObject } from '@bufbuild/protobuf';
import { AppSchema } from '@zitadel/proto/zitadel/app_pb.js';
import { KeySchema } from '@zitadel/proto/zitadel/auth_n_key_pb.js';
import type { DocumentsById } from '#libs/engine/past/folded-documents.js';
import { SecretSchema } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import { projectStream } from '#libs/registry/projects/index.js';
import type { AggregateView } from '#libs/registry/shared/features/aggregate-view.js';
import { refused } from '#libs/registry/shared/refused.js';
import { publicFields } from '#libs/registry/shared/rpc/public-fields.js';
import { appFields, keyMessage } from './app-messages.js';
import { type ApplicationEvent, applicationStream } from './application.events.js';
import { applicationRefusals } from './application.refusals.js';
import {
  type ApplicationKeyDocument,
  applicationKeysCollection,
} from './projections/application-keys/application-keys.document.js';
import { applicationKeysProjection } from './projections/application-keys/application-keys.projection.js';
import { applicationsCollection } from './projections/applications/applications.document.js';
import { applicationsProjection } from './projections/applications/applications.projection.js';
import { type ClientSecret, clientsCollection } from './projections/clients/clients.document.js';
import { clientsProjection } from './projections/clients/clients.projection.js';
import { secretMessage } from './secret-messages.js';

/** An application as GetAppByID, ListSecrets, ListAppKeys and GetJwksUri answer it. */
export const applicationView: AggregateView = {
  aggregateType: 'application',
  stream: applicationStream,
  projections: [applicationsProjection, clientsProjection, applicationKeysProjection],
  fields(documents, id, now) {
    const application = documents.of(applicationsCollection).get(id);
    if (application === undefined) return undefined;
    const { secrets = NO_SECRETS, jwksUri } = documents.of(clientsCollection).get(id) ?? {};
    const fields = publicFields(AppSchema, appFields(application));
    fields.projectId = application.projectId;
    fields.secrets = fieldsOfSecrets(secrets, now);
    fields.keys = fieldsOfKeys(documents.of(applicationKeysCollection));
    if (jwksUri !== undefined) fields.jwksUri = jwksUri;
    return fields;
  },
  changesByItself(documents, id, now) {
    const { secrets = [] } = documents.of(clientsCollection).get(id) ?? {};
    const ends = secrets.flatMap(({ expiresAt }) => (expiresAt !== undefined && expiresAt > now ? [expiresAt] : []));
    return ends.length === 0 ? undefined : Math.min(...ends);
  },
  endedBy(first) {
    const event = first as ApplicationEvent;
    if (event.type !== 'ApplicationAdded') return undefined;
    return { stream: projectStream(event.data.projectId), type: 'ProjectRemoved' };
  },
  missing: () => refused(applicationRefusals, 'QUERY-pCP8P'),
};

const NO_SECRETS: readonly ClientSecret[] = [];
const NO_KEYS: JsonObject[] = [];

/** Lists whose fields do not depend on the time: as long as one stays the same, its fields are the same object. */
const lasting = new WeakMap<readonly ClientSecret[], JsonObject[]>();

/** The state of a secret that expires depends on the time. */
function fieldsOfSecrets(secrets: readonly ClientSecret[], now: number): JsonObject[] {
  const known = lasting.get(secrets);
  if (known !== undefined) return known;
  const fields = secrets.map((secret) => publicFields(SecretSchema, secretMessage(secret, undefined, now)));
  if (secrets.every(({ expiresAt }) => expiresAt === undefined)) lasting.set(secrets, fields);
  return fields;
}

function fieldsOfKeys(keys: DocumentsById<ApplicationKeyDocument>): JsonObject[] {
  if (keys.size === 0) return NO_KEYS;
  return [...keys.values()].map((key) => publicFields(KeySchema, keyMessage(key), key));
}
