import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { AuthMethod } from '../../application.events.js';

/**
 * What an application's client is authenticated by. It is found by its client id, is never answered, and says nothing
 * of the project, which must be active too.
 */
export interface ClientDocument {
  /** The application's id. */
  readonly id: string;
  readonly projectId: string;
  readonly state: 'active' | 'inactive';
  /** This and the method are missing until the application has been configured as an API client. */
  readonly clientId?: string;
  readonly authMethod?: AuthMethod;
  /** Missing where there is no secret: the client signs its assertions, or no secret has been drawn since it did. */
  readonly secretHash?: string;
}

export const clientsCollection: Collection<ClientDocument> = { name: 'clients', indexes: [['clientId']] };
