import type { errors } from 'oidc-provider';
import { AlreadyConsumedError, type GrantStore } from './grant-store.js';
import { type RegisteredClient, registeredMetadata } from './oauth-clients.js';

/** What the provider's storage is made of. */
export interface AdapterParts {
  readonly grants: GrantStore;
  /** The registered client of this id that may be used now; undefined: there is none. */
  registeredClient(clientId: string): Promise<RegisteredClient | undefined>;
  readonly handoverSecret: string;
  readonly errors: typeof errors;
}

/** The storage of oidc-provider for one kind of object: clients come from the registry, all others from the grant store. */
export function providerAdapter({ grants, registeredClient, handoverSecret, errors }: AdapterParts) {
  return (kind: string) => ({
    async find(id: string): Promise<object | undefined> {
      if (kind !== 'Client') return grants.find(kind, id);
      const client = await registeredClient(id);
      return client && registeredMetadata(client, handoverSecret);
    },
    findByUid: (uid: string) => grants.findByUid(kind, uid),
    findByUserCode: async () => undefined, // there is no device flow
    upsert: (id: string, payload: Readonly<Record<string, unknown>>, expiresInSeconds: number) =>
      grants.put(kind, id, payload, expiresInSeconds),
    async consume(id: string): Promise<void> {
      try {
        await grants.consume(kind, id);
      } catch (error) {
        // The provider has checked before, but another request was faster.
        throw error instanceof AlreadyConsumedError ? new errors.InvalidGrant('it was used before') : error;
      }
    },
    destroy: (id: string) => grants.remove(kind, id),
    revokeByGrantId: (grantId: string) => grants.removeOfGrant(grantId),
  });
}
