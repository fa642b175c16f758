import type { JsonObject } from '@bufbuild/protobuf';
import { AppSchema } from '@zitadel/proto/zitadel/app_pb.js';
import { KeySchema } from '@zitadel/proto/zitadel/auth_n_key_pb.js';
import { SecretSchema } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import type { AggregateView } from '#libs/registry/shared/features/aggregate-view.js';
import { refused } from '#libs/registry/shared/refused.js';
import { publicFields } from '#libs/registry/shared/rpc/public-fields.js';
import { appMessage, keyMessage } from './app-messages.js';
import { applicationStream } from './application.events.js';
import { applicationRefusals } from './application.refusals.js';
import { applicationKeysCollection } from './projections/application-keys/application-keys.document.js';
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
    const { secrets = [], jwksUri } = documents.of(clientsCollection).get(id) ?? {};
    const keys = [...documents.of(applicationKeysCollection).values()];
    return {
      ...publicFields(AppSchema, appMessage(application), application),
      projectId: application.projectId,
      secrets: secrets.map((secret) => secretFields(secret, now)),
      keys: keys.map((key) => publicFields(KeySchema, keyMessage(key), key)),
      ...(jwksUri !== undefined && { jwksUri }),
    };
  },
  changesByItself(documents, id, now) {
    const { secrets = [] } = documents.of(clientsCollection).get(id) ?? {};
    const ends = secrets.flatMap(({ expiresAt }) => (expiresAt !== undefined && expiresAt > now ? [expiresAt] : []));
    return ends.length === 0 ? undefined : Math.min(...ends);
  },
  missing: () => refused(applicationRefusals, 'QUERY-pCP8P'),
};

/** The state of a secret that expires depends on the time. */
function secretFields(secret: ClientSecret, now: number): JsonObject {
  const source = secret.expiresAt === undefined ? secret : undefined;
  return publicFields(SecretSchema, secretMessage(secret, undefined, now), source);
}
