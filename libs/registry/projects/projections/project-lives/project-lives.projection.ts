import { ignore, projection } from '#libs/engine/projector/projection.js';
import type { LifeDocument } from '#libs/registry/shared/past/life.document.js';
import { beginningLife, endingLife } from '#libs/registry/shared/past/life-steps.js';
import { type ProjectEvent, projectStream } from '../../project.events.js';
import { projectLivesCollection } from './project-lives.document.js';

const projectId = ({ data }: { readonly data: { readonly projectId: string } }): string => data.projectId;

/** One document for each project, which remains when the project is removed. */
export const projectLivesProjection = projection<LifeDocument, ProjectEvent>({
  collection: projectLivesCollection,
  version: 1,
  streamPrefixes: [projectStream('')],
  table: {
    ProjectAdded: beginningLife(projectId, ({ meta }) => meta.resourceOwner),
    ProjectRemoved: endingLife(projectId),
    ProjectChanged: ignore,
    ProjectDeactivated: ignore,
    ProjectReactivated: ignore,
    CreationAbandoned: ignore,
    RenameAbandoned: ignore,
  },
});
