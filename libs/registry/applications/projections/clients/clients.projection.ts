import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { ignore, projection, required } from '#libs/engine/projector/projection.js';
import { changedBy, changing, createdBy, removing } from '#libs/registry/shared/document-details.js';
import { type ApplicationEvent, applicationStream } from '../../application.events.js';
import { nextNoticeAt } from '../../secret-expiry.js';
import { afterReplacement, withChanged, withoutSecret } from '../../secret-list.js';
import { appId } from '../app-id.js';
import { AWAITED, type ClientDocument, type ClientSecret, clientsCollection } from './clients.document.js';

/** One document for each application, for the authentication of its client. */
export const clientsProjection = projection<ClientDocument, ApplicationEvent>({
  collection: clientsCollection,
  version: 2,
  streamPrefixes: [applicationStream('')],
  table: {
    ApplicationAdded: {
      begins: true,
      id: appId,
      document: (_, event) => {
        const { appId: id, projectId } = event.data;
        return { id, projectId, state: 'active', secrets: [], details: createdBy(event) };
      },
    },
    ApplicationDeactivated: changing(appId, () => ({ state: 'inactive' })),
    ApplicationReactivated: changing(appId, () => ({ state: 'active' })),
    ApplicationRemoved: removing(appId),
    ApiConfigAdded: changing(appId, (event) => {
      const { clientId, authMethod, secretId, secretHash, secretHint = '' } = event.data;
      if (secretId === undefined || secretHash === undefined) return { clientId, authMethod };
      return { clientId, authMethod, secrets: [newSecret(event, { secretId, secretHash, secretHint })] };
    }),
    // Secrets are removed with the method that needs them, and are not restored with that method.
    ApiConfigChanged: changing(appId, ({ data }) => ({ authMethod: data.authMethod, ...withNotice([]) })),
    ApiSecretChanged: changing(appId, (event, { secrets }) => {
      const { formerSecretsEndAt, changedAt } = event.data;
      const former = afterReplacement(secrets, formerSecretsEndAt).map((secret, place) => ({
        ...secret,
        replaced: true,
        ...(changedAt !== undefined &&
          secret.expiresAt !== secrets[place]?.expiresAt && { expirySetAt: Date.parse(changedAt) }),
      }));
      return withNotice([...former, newSecret(event, event.data)]);
    }),
    SecretAdded: changing(appId, (event, { secrets }) => withNotice([...secrets, newSecret(event, event.data)])),
    SecretDisabled: changing(appId, ({ data }, { secrets }) => ({
      secrets: withChanged(secrets, data.secretId, (secret) => ({ ...secret, disabled: true })),
    })),
    SecretEnabled: changing(appId, ({ data }, { secrets }) => ({
      secrets: withChanged(secrets, data.secretId, (secret) => ({ ...secret, disabled: false })),
    })),
    SecretRemoved: changing(appId, ({ data }, { secrets }) => withNotice(withoutSecret(secrets, data.secretId))),
    JwksUriSet: changing(appId, ({ data }) => ({ jwksUri: data.jwksUri })),
    JwksUriRemoved: {
      id: appId,
      document: (before, event) => {
        const { jwksUri: _, ...client } = required(before, event);
        return { ...client, details: changedBy(event, client.details) };
      },
    },
    // A secret is refused because of its time of expiry, not of a notice.
    SecretExpiring: changing(appId, ({ data }, { secrets }) =>
      withNotice(withChanged(secrets, data.secretId, (secret) => ({ ...secret, notedDays: data.days }))),
    ),
    SecretExpired: changing(appId, ({ data }, { secrets }) =>
      withNotice(withChanged(secrets, data.secretId, (secret) => ({ ...secret, notedDays: 0 }))),
    ),
    // These change the details of the document alone.
    ApplicationChanged: changing(appId, () => ({})),
    ApplicationKeyAdded: changing(appId, () => ({})), // a document of its own
    ApplicationKeyRegistered: changing(appId, () => ({})),
    ApplicationKeyRemoved: changing(appId, () => ({})),
    RenameAbandoned: changing(
      ({ data }) => data.owner,
      () => ({}),
    ),
    CreationAbandoned: ignore, // in the stream of an application that was never created
  },
});

/** The secrets, and the next notice of the expiry of one of them. */
function withNotice(secrets: readonly ClientSecret[]): Pick<ClientDocument, 'secrets' | 'notice'> {
  const at = Math.min(...secrets.map((secret) => nextNoticeAt(secret) ?? Number.POSITIVE_INFINITY));
  return {
    secrets,
    notice: at === Number.POSITIVE_INFINITY ? undefined : { awaited: AWAITED, at: new Date(at).toISOString() },
  };
}

/** What an event tells of the secret that it adds. */
interface AddedSecret {
  readonly secretId: string;
  readonly secretHash: string;
  readonly secretHint: string;
  readonly name?: string;
  readonly expiresAt?: string;
  readonly addedAt?: string;
}

function newSecret({ meta }: DecodedEvent, added: AddedSecret): ClientSecret {
  const { secretId, secretHash, secretHint, name = '', expiresAt, addedAt } = added;
  return {
    secretId,
    hash: secretHash,
    hint: secretHint,
    name,
    createdAt: Date.parse(meta.occurredAt),
    createdBy: meta.editor,
    ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }),
    ...(expiresAt !== undefined && addedAt !== undefined && { expirySetAt: Date.parse(addedAt) }),
    disabled: false,
    replaced: false,
  };
}
