import { comparableName } from '#libs/domain/name/name.js';
import { projectStream } from '#libs/domain/project/project.events.js';
import { createdBy } from '../details.js';
import { ignore, projection } from '../projection.js';
import { type ProjectDocument, projectsCollection } from './projects.document.js';

/** One document a project. */
export const projectsProjection = projection<ProjectDocument>({
  collection: projectsCollection,
  version: 1,
  streamPrefixes: [projectStream('')],
  table: {
    ProjectAdded: {
      begins: true,
      id: ({ data }) => data.projectId,
      document: (_, event) => {
        const { projectId, ...settings } = event.data;
        return {
          id: projectId,
          ...settings,
          nameLower: comparableName(settings.name),
          state: 'active',
          details: createdBy(event),
        };
      },
    },
    ApplicationAdded: ignore,
    ApiConfigAdded: ignore,
    NameReserved: ignore,
    CreationAbandoned: ignore, // stands in the stream of a project that never came to be
    ProjectionEventSkipped: ignore,
  },
});
