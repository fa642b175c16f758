import type { errors } from 'oidc-provider';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import { HttpError } from '#libs/engine/rpc/errors/http-error.js';
import { AlreadyConsumedError, type GrantStore } from './grant-store.js';
import { type RegisteredClients, registeredMetadata } from './oauth-clients.js';

const UNAVAILABLE = 503;

/** What the provider's storage is made of. */
export interface AdapterParts {
  readonly grants: GrantStore;
  readonly clients: RegisteredClients;
  readonly handoverSecret: string;
  readonly errors: typeof errors;
}

/** The storage of oidc-provider for one kind of object: clients come from the registry, all others from the grant store. */
export function providerAdapter({ grants, clients, handoverSecret, errors }: AdapterParts) {
  const answered = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw providerError(error, errors);
    }
  };
  const client = async (id: string) => {
    const found = await clients.find(id);
    return found && registeredMetadata(found, handoverSecret);
  };
  return (kind: string) => ({
    find: (id: string): Promise<object | undefined> => answered(kind === 'Client' ? client(id) : grants.find(kind, id)),
    findByUid: (uid: string) => answered(grants.findByUid(kind, uid)),
    findByUserCode: async () => undefined, // there is no device flow
    upsert: (id: string, payload: Readonly<Record<string, unknown>>, expiresInSeconds: number) =>
      answered(grants.put(kind, id, payload, expiresInSeconds)),
    consume: (id: string) => answered(grants.consume(kind, id)),
    destroy: (id: string) => answered(grants.remove(kind, id)),
    revokeByGrantId: (grantId: string) => answered(grants.removeOfGrant(grantId)),
  });
}

/** An error of the stores as the provider answers it. */
function providerError(error: unknown, { InvalidGrant, CustomOIDCProviderError }: typeof errors): unknown {
  // The provider has checked before, but another request was faster.
  if (error instanceof AlreadyConsumedError) return new InvalidGrant('it was used before');
  const isAway = error instanceof ReadModelUnavailableError;
  if (!isAway && !(error instanceof HttpError && error.status === UNAVAILABLE)) return error;
  const answer = new CustomOIDCProviderError('temporarily_unavailable', error.message);
  return Object.assign(answer, { status: UNAVAILABLE, statusCode: UNAVAILABLE });
}
