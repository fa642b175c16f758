import { accept, type Decision, refuse } from '#libs/engine/kernel/decider.js';
import type { ApplicationEvent, KeyType } from './application.events.js';
import type { ApplicationRefusal } from './application.refusals.js';
import { type ApplicationState, isLiveApplication } from './application.state.js';

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
  if (!isLiveApplication(state)) return refuse('COMMAND-sak25');
  if (state.api?.authMethod !== 'privateKeyJwt') return refuse('COMMAND-Dff54');
  if (expiresAt <= now) return refuse('COMMAND-5xP1d');
  const { projectId, api } = state;
  return accept<ApplicationEvent>({
    type: 'ApplicationKeyAdded',
    data: {
      appId,
      projectId,
      clientId: api.clientId,
      keyId,
      keyType,
      expirationDate: new Date(expiresAt).toISOString(),
      publicKey,
    },
  });
}

/** Accepts the removal whatever the current method of the client: a key that is not accepted now can be removed too. */
export function removeKey(state: ApplicationState, { appId, keyId }: RemoveAppKey): KeyDecision {
  if (!isLiveApplication(state) || !state.keys.has(keyId)) return refuse('COMMAND-4m77G');
  return accept<ApplicationEvent>({ type: 'ApplicationKeyRemoved', data: { appId, keyId } });
}
