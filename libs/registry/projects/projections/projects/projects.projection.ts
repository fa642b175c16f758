import { ignore, projection } from '#libs/engine/projector/projection.js';
import { searchableName } from '#libs/registry/names/name.js';
import { changing, createdBy, removing } from '#libs/registry/shared/document-details.js';
import { projectStream } from '../../project.events.js';
import { type ProjectDocument, projectsCollection } from './projects.document.js';

const projectId = ({ data }: { readonly data: { readonly projectId: string } }): string => data.projectId;

/** One document a project. */
export const projectsProjection = projection<ProjectDocument>({
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
    ApplicationAdded: ignore,
    ApplicationChanged: ignore,
    ApplicationDeactivated: ignore,
    ApplicationReactivated: ignore,
    ApplicationRemoved: ignore,
    ApiConfigAdded: ignore,
    ApiConfigChanged: ignore,
    ApiSecretChanged: ignore,
    ApplicationKeyAdded: ignore,
    ApplicationKeyRemoved: ignore,
    NameReserved: ignore,
    CreationAbandoned: ignore, // stands in the stream of a project that never came to be
    ProjectionEventSkipped: ignore,
    StoreIdentified: ignore,
  },
});
