import { type EventNamed, ignore, projection, required, type Step } from '#libs/engine/projector/projection.js';
import { removing } from '#libs/registry/shared/document-details.js';
import type { EventType } from '#libs/registry/shared/events.js';
import { applicationStream } from '../../application.events.js';
import { appId } from '../app-id.js';
import { type ClientDocument, clientsCollection } from './clients.document.js';

/** The types of events that name their application. */
type OfApplication = { [T in EventType]: EventNamed<T>['data'] extends { appId: string } ? T : never }[EventType];

/** One document an application, for whoever authenticates its client. */
export const clientsProjection = projection<ClientDocument>({
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
    // A secret ends with the method that needed it, and does not come back with it.
    ApiConfigChanged: changing(({ secretHash: _, ...client }, { data }) => ({
      ...client,
      authMethod: data.authMethod,
    })),
    ApiSecretChanged: changing((client, { data }) => ({ ...client, secretHash: data.secretHash })),
    ApplicationChanged: ignore,
    ApplicationKeyAdded: ignore, // a document of its own
    ApplicationKeyRemoved: ignore,
    ProjectAdded: ignore,
    ProjectChanged: ignore,
    ProjectDeactivated: ignore,
    ProjectReactivated: ignore,
    ProjectRemoved: ignore, // whoever authenticates looks at the project's own document
    NameReserved: ignore,
    CreationAbandoned: ignore,
    RenameAbandoned: ignore,
    ProjectionEventSkipped: ignore,
    StoreIdentified: ignore,
  },
});

/** A step for an event that changes the client of an application which is there. */
function changing<Type extends OfApplication>(
  change: (client: ClientDocument, event: EventNamed<Type>) => ClientDocument,
): Step<ClientDocument, Type> {
  return {
    id: (event: EventNamed<OfApplication>) => appId(event),
    document: (before, event) => change(required(before, event), event),
  };
}
