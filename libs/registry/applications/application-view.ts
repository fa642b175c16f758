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
import { clientsCollection } from './projections/clients/clients.document.js';
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
      ...publicFields(AppSchema, appMessage(application)),
      projectId: application.projectId,
      secrets: secrets.map((secret) => publicFields(SecretSchema, secretMessage(secret, undefined, now))),
      keys: keys.map((key) => publicFields(KeySchema, keyMessage(key))),
      ...(jwksUri !== undefined && { jwksUri }),
    };
  },
  missing: () => refused(applicationRefusals, 'QUERY-pCP8P'),
};
