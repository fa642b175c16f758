import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { Source } from '#libs/engine/documents/port/source.js';
import type { DocumentDetails } from '#libs/registry/shared/document-details.js';
import { type AuthMethod, applicationStream } from '../../application.events.js';
import type { ListedSecret } from '../../secret-list.js';

/**
 * The credentials of an application's client, which is looked up by its client id. It does not contain the
 * state of the project, which must be active too. The hashes are never answered.
 */
export interface ClientDocument {
  /** The application's id. */
  readonly id: string;
  readonly projectId: string;
  readonly state: 'active' | 'inactive';
  /** This and the method are missing until the application has been configured as an API client. */
  readonly clientId?: string;
  readonly authMethod?: AuthMethod;
  /**
   * In the order in which they were added, expired ones included; at most 20. Empty for a client that signs assertions,
   * or did so and has got no new secret since.
   */
  readonly secrets: readonly ClientSecret[];
  /** Where the client's owner publishes its public keys. */
  readonly jwksUri?: string;
  /** The next notice of the expiry of one of the secrets; undefined: none will be due. */
  readonly notice?: { readonly awaited: typeof AWAITED /** RFC 3339. */; readonly at: string };
  /** Of the application. */
  readonly details: DocumentDetails;
}

/** A secret of a client. It is accepted unless it is disabled or has expired. */
export interface ClientSecret extends ListedSecret {
  readonly hash: string;
  /** Its last 4 characters; empty: not known. */
  readonly hint: string;
  /** Empty for a secret that was made with the client, or by RegenerateAPIClientSecret. */
  readonly name: string;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  /** The user, and the client to which the user's token was issued. */
  readonly createdBy: { readonly user: string; readonly client?: string };
  readonly disabled: boolean;
  /** RegenerateAPIClientSecret has made another one that replaces it. */
  readonly replaced: boolean;
  /** When its expiry was chosen, in milliseconds since 1970. */
  readonly expirySetAt?: number;
  /** The newest notice of its expiry that is in the log, in days before it; 0: it has been noted that it has expired. */
  readonly notedDays?: number;
}

/** Stands in every document that awaits a notice, so that an index finds these documents, the next one first. */
export const AWAITED = 'yes';

export const clientsCollection: Collection<ClientDocument> = {
  name: 'clients',
  indexes: [['clientId'], ['notice.awaited', 'notice.at', 'id']],
};

/** The source of an answer about the client of one application. */
export function oneClient(appId: string): Source {
  return { collection: clientsCollection, stream: applicationStream(appId) };
}
