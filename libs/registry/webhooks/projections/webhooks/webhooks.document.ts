import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { Source } from '#libs/engine/documents/port/source.js';
import type { DocumentDetails } from '#libs/registry/shared/document-details.js';
import { type PauseReason, webhookStream } from '../../webhook.events.js';
import type { SigningSecret } from '../../webhook.state.js';

/** A webhook as queries see it. */
export interface WebhookDocument {
  readonly id: string;
  readonly url: string;
  /** Public names; empty: all. */
  readonly types: readonly string[];
  readonly projectId?: string;
  readonly allOrganizations: boolean;
  /** As it was requested. */
  readonly from: string;
  /** undefined: it is active. */
  readonly pause?: { readonly reason: PauseReason; readonly at: string };
  /** In the order in which they were made, those that have ended included. */
  readonly secrets: readonly DocumentSecret[];
  readonly details: DocumentDetails;
}

/** A signing secret, of which only the ids are stored. Times are RFC 3339 in UTC. */
export interface DocumentSecret extends SigningSecret {
  readonly createdAt: string;
}

export const webhooksCollection: Collection<WebhookDocument> = {
  name: 'webhooks',
  // Lists contain the webhooks of one organization, in the order of their creation.
  indexes: [['details.resourceOwner', 'details.creationDate', 'id']],
};

/** The source of an answer about one webhook. */
export function oneWebhook(webhookId: string): Source {
  return { collection: webhooksCollection, stream: webhookStream(webhookId) };
}
