import { livesCollection } from '#libs/registry/shared/past/life.document.js';
import type { Members } from '#libs/registry/shared/past/readable-documents.js';
import { webhookStream } from '../../webhook.events.js';

/** The owner of the webhooks of all organizations, whichever owns them: no organization has the empty id. */
export const ALL_ORGANIZATIONS = '';

/** When each webhook was there; its owner is its organization, or {@link ALL_ORGANIZATIONS}. */
export const webhookLivesCollection = livesCollection('webhookLives');

/** The webhooks of an owner, in lists of the past. */
export function webhooksOf(owner: string): Members {
  return { lives: webhookLivesCollection, owner, stream: webhookStream };
}
