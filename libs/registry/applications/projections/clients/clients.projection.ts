import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { ignore, projection, required, type Step } from '#libs/engine/projector/projection.js';
import { removing } from '#libs/registry/shared/document-details.js';
import { type ApplicationEvent, applicationStream } from '../../application.events.js';
import { appId } from '../app-id.js';
import { type ClientDocument, clientsCollection } from './clients.document.js';

/** The events that name their application. */
type NamesApplication = DecodedEvent<Extract<ApplicationEvent, { readonly data: { readonly appId: string } }>>;

/** One document for each application, for the authentication of its client. */
export const clientsProjection = projection<ClientDocument, ApplicationEvent>({
  collection: clientsCollection,
  version: 1,
  streamPrefixes: [applicationStream('')],
  table: {
    ApplicationAdded: {
      begins: true,
      id: appId,
      document: (_, { data }) => ({ id: data.appId, projectId: data.projectId, state: 'active' }),
    },
    ApplicationDeactivated: changing((client) => ({ ...client, state: 'inactive' })),
    ApplicationReactivated: changing((client) => ({ ...client, state: 'active' })),
    ApplicationRemoved: removing(appId),
    ApiConfigAdded: changing((client, { data: { appId: _, ...config } }) => ({ ...client, ...config })),
    // A secret is removed with the method that needs it, and is not restored with that method.
    ApiConfigChanged: changing(({ secretHash: _, ...client }, { data }) => ({
      ...client,
      authMethod: data.authMethod,
    })),
    ApiSecretChanged: changing((client, { data }) => ({ ...client, secretHash: data.secretHash })),
    ApplicationChanged: ignore,
    ApplicationKeyAdded: ignore, // a document of its own
    ApplicationKeyRemoved: ignore,
    CreationAbandoned: ignore,
    RenameAbandoned: ignore,
  },
});

/** A step for an event that changes the client of an existing application. */
function changing<Event extends NamesApplication>(
  change: (client: ClientDocument, event: NoInfer<Event>) => ClientDocument,
): Step<ClientDocument, Event> {
  return {
    id: appId,
    document: (before, event) => change(required(before, event), event),
  };
}
