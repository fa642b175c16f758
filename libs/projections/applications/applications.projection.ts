import { applicationStream } from '#libs/domain/application/application.events.js';
import { comparableName } from '#libs/domain/name/name.js';
import { changedBy, createdBy } from '../details.js';
import { ignore, projection, required } from '../projection.js';
import { type ApplicationDocument, applicationsCollection } from './applications.document.js';

/** One document an application. */
export const applicationsProjection = projection<ApplicationDocument>({
  collection: applicationsCollection,
  version: 1,
  streamPrefixes: [applicationStream('')],
  table: {
    ApplicationAdded: {
      begins: true,
      id: ({ data }) => data.appId,
      document: (_, event) => ({
        id: event.data.appId,
        projectId: event.data.projectId,
        name: event.data.name,
        nameLower: comparableName(event.data.name),
        state: 'active',
        details: createdBy(event),
      }),
    },
    ApiConfigAdded: {
      id: ({ data }) => data.appId,
      document: (document, event) => {
        const application = required(document, event);
        const { clientId, authMethod } = event.data;
        return { ...application, api: { clientId, authMethod }, details: changedBy(event, application.details) };
      },
    },
    ProjectAdded: ignore,
    NameReserved: ignore,
    CreationAbandoned: ignore, // stands in the stream of an application that never came to be
    ProjectionEventSkipped: ignore,
  },
});
