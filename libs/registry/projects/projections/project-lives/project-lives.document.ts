import { livesCollection } from '#libs/registry/shared/past/life.document.js';
import type { Members } from '#libs/registry/shared/past/readable-documents.js';
import { projectStream } from '../../project.events.js';

/** When each project was there; its owner is its organization. */
export const projectLivesCollection = livesCollection('projectLives');

/** The projects of an organization, in lists of the past. */
export function projectsOf(organization: string): Members {
  return { lives: projectLivesCollection, owner: organization, stream: projectStream };
}
