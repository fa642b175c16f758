import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { Source } from '#libs/engine/documents/port/source.js';
import type { DocumentDetails } from '#libs/registry/shared/document-details.js';
import { applicationStream, type KeyType } from '../../application.events.js';

/** A key of an application: the public half. The application, or its project, may have been removed since. */
export interface ApplicationKeyDocument {
  readonly id: string;
  readonly appId: string;
  readonly projectId: string;
  readonly clientId: string;
  /** The format in which the private half was answered; registered: the client's owner has made the key. */
  readonly type: KeyType | 'registered';
  /** RFC 3339 in UTC with milliseconds. */
  readonly expirationDate: string;
  /** As PEM. */
  readonly publicKey: string;
  /** Of the event that added the key: a key does not change. */
  readonly details: DocumentDetails;
}

export const applicationKeysCollection: Collection<ApplicationKeyDocument> = {
  name: 'applicationKeys',
  // Lists contain the keys of one application, in the order of their creation.
  indexes: [['appId', 'details.creationDate', 'id']],
};

/** The source of an answer about the keys of one application. */
export function keysOf(appId: string): Source {
  return { collection: applicationKeysCollection, stream: applicationStream(appId) };
}
