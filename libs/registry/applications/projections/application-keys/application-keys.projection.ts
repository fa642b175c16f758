import { ignore, projection } from '#libs/engine/projector/projection.js';
import { createdBy, removing } from '#libs/registry/shared/document-details.js';
import { type ApplicationEvent, applicationStream } from '../../application.events.js';
import { type ApplicationKeyDocument, applicationKeysCollection } from './application-keys.document.js';

const keyId = ({ data }: { readonly data: { readonly keyId: string } }): string => data.keyId;

/** One document for each key. */
export const applicationKeysProjection = projection<ApplicationKeyDocument, ApplicationEvent>({
  collection: applicationKeysCollection,
  version: 1,
  streamPrefixes: [applicationStream('')],
  table: {
    ApplicationKeyAdded: {
      begins: true,
      id: keyId,
      document: (_, event) => {
        const { keyId: id, keyType: type, ...key } = event.data;
        return { id, type, ...key, details: createdBy(event) };
      },
    },
    ApplicationKeyRegistered: {
      begins: true,
      id: keyId,
      document: (_, event) => {
        const { keyId: id, ...key } = event.data;
        return { id, type: 'registered', ...key, details: createdBy(event) };
      },
    },
    ApplicationKeyRemoved: removing(keyId),
    ApplicationAdded: ignore,
    ApplicationChanged: ignore,
    ApplicationDeactivated: ignore,
    ApplicationReactivated: ignore,
    ApplicationRemoved: ignore, // queries read the document of the application
    ApiConfigAdded: ignore,
    ApiConfigChanged: ignore,
    ApiSecretChanged: ignore,
    SecretAdded: ignore,
    SecretDisabled: ignore,
    SecretEnabled: ignore,
    SecretExpiring: ignore,
    SecretExpired: ignore,
    SecretRemoved: ignore,
    JwksUriSet: ignore,
    JwksUriRemoved: ignore,
    CreationAbandoned: ignore,
    RenameAbandoned: ignore,
  },
});
