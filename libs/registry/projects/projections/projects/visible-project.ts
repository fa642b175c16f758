import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import { seesProject } from '../../project-visibility.js';
import { type ProjectDocument, projectsCollection } from './projects.document.js';

/** The document of a project as an organization sees it; undefined when the project does not exist for it. */
export async function visibleProject(
  documents: DocumentReader,
  projectId: string,
  organization: string,
): Promise<ProjectDocument | undefined> {
  const project = await documents.get(projectsCollection, projectId);
  return project !== undefined && seesProject(organization, project.details.resourceOwner) ? project : undefined;
}
