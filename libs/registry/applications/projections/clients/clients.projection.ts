import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { ignore, projection, required } from '#libs/engine/projector/projection.js';
import { changedBy, changing, createdBy, removing } from '#libs/registry/shared/document-details.js';
import { type ApplicationEvent, applicationStream } from '../../application.events.js';
import { afterReplacement, withChanged, withoutSecret } from '../../secret-list.js';
import { appId } from '../app-id.js';
import { type ClientDocument, type ClientSecret, clientsCollection } from './clients.document.js';

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
    ApiConfigChanged: changing(appId, ({ data }) => ({ authMethod: data.authMethod, secrets: [] })),
    ApiSecretChanged: changing(appId, (event, { secrets }) => {
      const former = afterReplacement(secrets, event.data.formerSecretsEndAt);
      return { secrets: [...former.map((secret) => ({ ...secret, replaced: true })), newSecret(event, event.data)] };
    }),
    SecretAdded: changing(appId, (event, { secrets }) => ({ secrets: [...secrets, newSecret(event, event.data)] })),
    SecretDisabled: changing(appId, ({ data }, { secrets }) => ({
      secrets: withChanged(secrets, data.secretId, (secret) => ({ ...secret, disabled: true })),
    })),
    SecretEnabled: changing(appId, ({ data }, { secrets }) => ({
      secrets: withChanged(secrets, data.secretId, (secret) => ({ ...secret, disabled: false })),
    })),
    SecretRemoved: changing(appId, ({ data }, { secrets }) => ({ secrets: withoutSecret(secrets, data.secretId) })),
    JwksUriSet: changing(appId, ({ data }) => ({ jwksUri: data.jwksUri })),
    JwksUriRemoved: {
      id: appId,
      document: (before, event) => {
        const { jwksUri: _, ...client } = required(before, event);
        return { ...client, details: changedBy(event, client.details) };
      },
    },
    // These change the details of the document alone.
    SecretExpiring: changing(appId, () => ({})), // a secret is refused because of its time of expiry, not of a notice
    SecretExpired: changing(appId, () => ({})),
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

/** What an event tells of the secret that it adds. */
interface AddedSecret {
  readonly secretId: string;
  readonly secretHash: string;
  readonly secretHint: string;
  readonly name?: string;
  readonly expiresAt?: string;
}

function newSecret({ meta }: DecodedEvent, added: AddedSecret): ClientSecret {
  const { secretId, secretHash, secretHint, name = '', expiresAt } = added;
  return {
    secretId,
    hash: secretHash,
    hint: secretHint,
    name,
    createdAt: Date.parse(meta.occurredAt),
    createdBy: meta.editor,
    ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }),
    disabled: false,
    replaced: false,
  };
}
