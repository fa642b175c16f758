import { ignore, projection } from '#libs/engine/projector/projection.js';
import { type SearchableName, searchableName } from '#libs/registry/names/index.js';
import { changing, createdBy, removing } from '#libs/registry/shared/document-details.js';
import { type ApplicationEvent, applicationStream } from '../../application.events.js';
import { appId } from '../app-id.js';
import { type ApplicationDocument, applicationsCollection } from './applications.document.js';

/** One document for each application. */
export const applicationsProjection = projection<ApplicationDocument, ApplicationEvent>({
  collection: applicationsCollection,
  version: 2,
  streamPrefixes: [applicationStream('')],
  table: {
    ApplicationAdded: {
      begins: true,
      id: appId,
      document: (_, event) => ({
        id: event.data.appId,
        projectId: event.data.projectId,
        ...named(event.data.name),
        state: 'active',
        details: createdBy(event),
      }),
    },
    ApplicationChanged: changing(appId, ({ data }) => named(data.name)),
    ApplicationDeactivated: changing(appId, () => ({ state: 'inactive' })),
    ApplicationReactivated: changing(appId, () => ({ state: 'active' })),
    ApplicationRemoved: removing(appId),
    ApiConfigAdded: changing(appId, ({ data: { clientId, authMethod } }) => ({ api: { clientId, authMethod } })),
    ApiConfigChanged: changing(appId, ({ data: { authMethod } }, { api }) => ({ api: api && { ...api, authMethod } })),
    // These change the details of the document alone.
    ApiSecretChanged: changing(appId, () => ({})),
    SecretAdded: changing(appId, () => ({})),
    SecretDisabled: changing(appId, () => ({})),
    SecretEnabled: changing(appId, () => ({})),
    SecretExpiring: changing(appId, () => ({})),
    SecretExpired: changing(appId, () => ({})),
    SecretRemoved: changing(appId, () => ({})),
    ApplicationKeyAdded: changing(appId, () => ({})),
    ApplicationKeyRegistered: changing(appId, () => ({})),
    JwksUriSet: changing(appId, () => ({})),
    JwksUriRemoved: changing(appId, () => ({})),
    ApplicationKeyRemoved: changing(appId, () => ({})),
    RenameAbandoned: changing(
      ({ data }) => data.owner,
      () => ({}),
    ),
    CreationAbandoned: ignore, // in the stream of an application that was never created
  },
});

function named(name: string): Pick<ApplicationDocument, 'name' | keyof SearchableName> {
  return { name, ...searchableName(name) };
}
