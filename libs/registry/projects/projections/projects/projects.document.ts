import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { Source } from '#libs/engine/documents/port/source.js';
import { type SearchableName } from '#libs/registry/names/index.js';
import type { DocumentDetails } from '#libs/registry/shared/document-details.js';
import { type PrivateLabelingSetting, projectStream } from '../../project.events.js';

/** A project as queries see it, with every setting as it was set. */
export interface ProjectDocument extends SearchableName {
  readonly id: string;
  readonly name: string;
  readonly projectRoleAssertion: boolean;
  readonly projectRoleCheck: boolean;
  readonly hasProjectCheck: boolean;
  readonly privateLabelingSetting: PrivateLabelingSetting;
  readonly state: 'active' | 'inactive';
  readonly details: DocumentDetails;
}

export const projectsCollection: Collection<ProjectDocument> = {
  name: 'projects',
  // Lists are of one organization, in the order in which its projects came to be.
  indexes: [['details.resourceOwner', 'details.creationDate', 'id']],
};

/** What an answer about one project is made of. */
export function oneProject(projectId: string): Source {
  return { collection: projectsCollection, stream: projectStream(projectId) };
}
