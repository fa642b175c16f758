import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { AuthMethod } from '../../application.events.js';

/**
 * The credentials of an application's client, which is looked up by its client id. It is never answered, and does not
 * contain the state of the project, which must be active too.
 */
export interface ClientDocument {
  /** The application's id. */
  readonly id: string;
  readonly projectId: string;
  readonly state: 'active' | 'inactive';
  /** This and the method are missing until the application has been configured as an API client. */
  readonly clientId?: string;
  readonly authMethod?: AuthMethod;
  /** Missing for a client without a secret: it signs assertions, or did so and has got no new secret since. */
  readonly secretHash?: string;
}

export const clientsCollection: Collection<ClientDocument> = { name: 'clients', indexes: [['clientId']] };
