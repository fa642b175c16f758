import { ignore, projection } from '#libs/engine/projector/projection.js';
import { searchableName } from '#libs/registry/names/index.js';
import { changing, createdBy, removing } from '#libs/registry/shared/document-details.js';
import { type ProjectEvent, projectStream } from '../../project.events.js';
import { type ProjectDocument, projectsCollection } from './projects.document.js';

const projectId = ({ data }: { readonly data: { readonly projectId: string } }): string => data.projectId;

/** One document for each project. */
export const projectsProjection = projection<ProjectDocument, ProjectEvent>({
  collection: projectsCollection,
  version: 2,
  streamPrefixes: [projectStream('')],
  table: {
    ProjectAdded: {
      begins: true,
      id: projectId,
      document: (_, event) => {
        const { projectId: id, ...settings } = event.data;
        return {
          id,
          ...settings,
          ...searchableName(settings.name),
          state: 'active',
          details: createdBy(event),
        };
      },
    },
    ProjectChanged: changing(projectId, ({ data }, { name }) => {
      const { projectId: _, ...changed } = data;
      return { ...changed, ...searchableName(changed.name ?? name) };
    }),
    ProjectDeactivated: changing(projectId, () => ({ state: 'inactive' })),
    ProjectReactivated: changing(projectId, () => ({ state: 'active' })),
    ProjectRemoved: removing(projectId),
    RenameAbandoned: changing(
      ({ data }) => data.owner,
      () => ({}),
    ),
    CreationAbandoned: ignore, // in the stream of a project that was never created
  },
});
