import { livesCollection } from '#libs/registry/shared/past/life.document.js';
import type { Members } from '#libs/registry/shared/past/readable-documents.js';
import { applicationStream } from '../../application.events.js';

/** When each application was there; its owner is its project. */
export const applicationLivesCollection = livesCollection('applicationLives');

/** The applications of a project, in lists of the past. */
export function applicationsOf(projectId: string): Members {
  return { lives: applicationLivesCollection, owner: projectId, stream: applicationStream };
}
