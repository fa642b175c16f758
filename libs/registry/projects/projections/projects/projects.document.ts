import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { Source } from '#libs/engine/documents/port/source.js';
import { type SearchableName } from '#libs/registry/names/index.js';
import type { DocumentDetails } from '#libs/registry/shared/document-details.js';
import { type PrivateLabelingSetting, projectStream } from '../../project.events.js';

/** A project as queries see it, with all of its settings. */
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
  // Lists contain the projects of one organization, in the order of their creation.
  indexes: [['details.resourceOwner', 'details.creationDate', 'id']],
};

/** The source of an answer about one project. */
export function oneProject(projectId: string): Source {
  return { collection: projectsCollection, stream: projectStream(projectId) };
}
