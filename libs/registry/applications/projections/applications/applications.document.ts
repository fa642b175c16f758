import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { Source } from '#libs/engine/documents/port/source.js';
import { type SearchableName } from '#libs/registry/names/index.js';
import type { DocumentDetails } from '#libs/registry/shared/document-details.js';
import { type AuthMethod, applicationStream } from '../../application.events.js';

/** An application as queries see it, without the hash of its secret. */
export interface ApplicationDocument extends SearchableName {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly state: 'active' | 'inactive';
  /** Missing until the application has been configured as an API client. */
  readonly api?: { readonly clientId: string; readonly authMethod: AuthMethod };
  readonly details: DocumentDetails;
}

export const applicationsCollection: Collection<ApplicationDocument> = {
  name: 'applications',
  // Lists contain the applications of one project or one organization, in the order of their creation.
  indexes: [
    ['projectId', 'details.creationDate', 'id'],
    ['details.resourceOwner', 'details.creationDate', 'id'],
  ],
};

/** The source of an answer about one application. */
export function oneApplication(appId: string): Source {
  return { collection: applicationsCollection, stream: applicationStream(appId) };
}
