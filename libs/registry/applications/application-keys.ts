import { accept, type Decision, refuse } from '#libs/engine/kernel/decider.js';
import type { ApplicationEvent, KeyType } from './application.events.js';
import type { ApplicationRefusal } from './application.refusals.js';
import { type ApplicationState, isLiveApplication } from './application.state.js';

/** The id under which the use of keys is kept that the owner of a client publishes at its URL. */
export const PUBLISHED_KEYS_ID = 'jwks_uri';

/** Adds a key to an API client that signs assertions. Contains only the public half. */
export interface AddAppKey {
  readonly type: 'AddAppKey';
  readonly appId: string;
  readonly keyId: string;
  readonly keyType: KeyType;
  /** As PEM. */
  readonly publicKey: string;
  /** When it expires, and what time it is: milliseconds since 1970. */
  readonly expiresAt: number;
  readonly now: number;
}

/** Registers the public half of a key that the client's owner has made. */
export interface RegisterKey {
  readonly type: 'RegisterKey';
  readonly appId: string;
  readonly keyId: string;
  /** As PEM. */
  readonly publicKey: string;
  /** When it expires, and what time it is: milliseconds since 1970. */
  readonly expiresAt: number;
  readonly now: number;
}

/** Sets the URL at which the client's owner publishes its public keys. */
export interface SetJwksUri {
  readonly type: 'SetJwksUri';
  readonly appId: string;
  readonly jwksUri: string;
}

/** Removes that URL. */
export interface RemoveJwksUri {
  readonly type: 'RemoveJwksUri';
  readonly appId: string;
}

/** Removes a key. */
export interface RemoveAppKey {
  readonly type: 'RemoveAppKey';
  readonly appId: string;
  readonly keyId: string;
}

type KeyDecision = Decision<ApplicationEvent, ApplicationRefusal>;

/** Accepts a key for a client that authenticates with keys, when the key has not expired. */
export function addKey(state: ApplicationState, command: AddAppKey): KeyDecision {
  const { appId, keyId, keyType, publicKey, expiresAt, now } = command;
  const client = keyClient(state);
  if (typeof client === 'string') return refuse(client);
  if (expiresAt <= now) return refuse('COMMAND-5xP1d');
  const { projectId, clientId } = client;
  return accept<ApplicationEvent>({
    type: 'ApplicationKeyAdded',
    data: {
      appId,
      projectId,
      clientId,
      keyId,
      keyType,
      expirationDate: new Date(expiresAt).toISOString(),
      publicKey,
    },
  });
}

/** Accepts a public key under the same conditions as {@link addKey}. */
export function registerKey(state: ApplicationState, command: RegisterKey): KeyDecision {
  const { appId, keyId, publicKey, expiresAt, now } = command;
  const client = keyClient(state);
  if (typeof client === 'string') return refuse(client);
  if (expiresAt <= now) return refuse('COMMAND-5xP1d');
  const { projectId, clientId } = client;
  return accept<ApplicationEvent>({
    type: 'ApplicationKeyRegistered',
    data: { appId, projectId, clientId, keyId, expirationDate: new Date(expiresAt).toISOString(), publicKey },
  });
}

/** Accepts a URL that is not set already. */
export function setJwksUri(state: ApplicationState, { appId, jwksUri }: SetJwksUri): KeyDecision {
  const client = keyClient(state);
  if (typeof client === 'string') return refuse(client);
  if (client.jwksUri === jwksUri) return refuse('KEY-Jw3cN');
  return accept<ApplicationEvent>({ type: 'JwksUriSet', data: { appId, jwksUri } });
}

/** Accepts the removal whatever the current method of the client, as {@link removeKey} does. */
export function removeJwksUri(state: ApplicationState, { appId }: RemoveJwksUri): KeyDecision {
  if (!isLiveApplication(state)) return refuse('COMMAND-sak25');
  if (state.api?.jwksUri === undefined) return refuse('KEY-Jw5mX');
  return accept<ApplicationEvent>({ type: 'JwksUriRemoved', data: { appId } });
}

/** The client that authenticates with keys, and its project; otherwise the refusal. */
function keyClient(state: ApplicationState) {
  if (!isLiveApplication(state)) return 'COMMAND-sak25';
  if (state.api?.authMethod !== 'privateKeyJwt') return 'COMMAND-Dff54';
  return { projectId: state.projectId, ...state.api };
}

/** Accepts the removal whatever the current method of the client: a key that is not accepted now can be removed too. */
export function removeKey(state: ApplicationState, { appId, keyId }: RemoveAppKey): KeyDecision {
  if (!isLiveApplication(state) || !state.keys.has(keyId)) return refuse('COMMAND-4m77G');
  return accept<ApplicationEvent>({ type: 'ApplicationKeyRemoved', data: { appId, keyId } });
}
