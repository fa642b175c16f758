import { accept, type Decision, refuse } from '#libs/engine/kernel/decider.js';
import { comparableName, normalizedName } from '#libs/registry/names/index.js';
import type { ApplicationEvent } from './application.events.js';
import type { ApplicationRefusal } from './application.refusals.js';
import {
  type ApiConfig,
  type ApplicationState,
  isLiveApplication,
  type SecretState,
  secretIn,
} from './application.state.js';
import { hasExpired } from './secret-list.js';

/** The most secrets of a client, whatever their states. */
export const MAX_SECRETS = 20;

/** What is stored of a secret, which the caller has drawn. */
export interface DrawnSecret {
  readonly secretId: string;
  readonly secretHash: string;
  readonly secretHint: string;
}

/** Replaces the secrets of an API client. */
export interface RegenerateApiClientSecret extends DrawnSecret {
  readonly type: 'RegenerateApiClientSecret';
  readonly appId: string;
  /** How long the former secrets live on, in milliseconds; 0: they end at once. */
  readonly overlapMs: number;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** Adds a secret beside the others. */
export interface AddSecret extends DrawnSecret {
  readonly type: 'AddSecret';
  readonly appId: string;
  readonly name: string;
  /** In milliseconds since 1970; undefined: it does not expire. */
  readonly expiresAt?: number | undefined;
  readonly now: number;
}

/** Takes a secret from the client: for a time, or permanently. */
export interface DisableOrRemoveSecret {
  readonly type: 'DisableSecret' | 'RemoveSecret';
  readonly appId: string;
  readonly secretId: string;
  /** When the client last authenticated with it, in milliseconds since 1970; undefined: no use is known. */
  readonly lastUsedAt?: number | undefined;
  /** A secret that was used within this time is kept; 0: none is. In milliseconds. */
  readonly inUseMs: number;
  readonly now: number;
}

/** Enables a disabled secret again. */
export interface EnableSecret {
  readonly type: 'EnableSecret';
  readonly appId: string;
  readonly secretId: string;
  readonly now: number;
}

type SecretDecision = Decision<ApplicationEvent, ApplicationRefusal>;

/** Replaces all secrets by a new one; with an overlap, the former ones live on for that time. */
export function regenerateApiClientSecret(
  state: ApplicationState,
  { appId, overlapMs, now, ...command }: RegenerateApiClientSecret,
): SecretDecision {
  if (!isLiveApplication(state)) return refuse('COMMAND-2g66f');
  if (state.api === undefined) return refuse('COMMAND-aeH4');
  if (state.api.authMethod !== 'basic') return refuse('COMMAND-7gKw2');
  const { secretId, secretHash, secretHint } = command;
  const data = { appId, secretId, secretHash, secretHint };
  if (overlapMs === 0) return accept<ApplicationEvent>({ type: 'ApiSecretChanged', data });
  const ends = { formerSecretsEndAt: new Date(now + overlapMs).toISOString(), changedAt: new Date(now).toISOString() };
  return besideOthers(appId, state.api, now, { type: 'ApiSecretChanged', data: { ...data, ...ends } });
}

/** Adds a secret to a client that authenticates with secrets, active or not. */
export function addSecret(state: ApplicationState, { appId, expiresAt, now, ...command }: AddSecret): SecretDecision {
  const name = normalizedName(command.name);
  if (name === '') return refuse('SECRET-Bf9zK');
  if (!isLiveApplication(state)) return refuse('SECRET-3qLt8');
  if (state.api === undefined) return refuse('SECRET-Hs2vd');
  if (state.api.authMethod !== 'basic') return refuse('COMMAND-7gKw2');
  if (expiresAt !== undefined && expiresAt <= now) return refuse('SECRET-Ex2pD');
  if (state.api.secrets.some((secret) => !hasExpired(secret, now) && sameName(secret.name, name))) {
    return refuse('SECRET-Nm4tA');
  }
  const { secretId, secretHash, secretHint } = command;
  const times = {
    addedAt: new Date(now).toISOString(),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  };
  const data = { appId, secretId, name, secretHash, secretHint, ...times };
  return besideOthers(appId, state.api, now, { type: 'SecretAdded', data });
}

/** Disables or removes a secret, unless it is in use. */
export function disableOrRemoveSecret(state: ApplicationState, command: DisableOrRemoveSecret): SecretDecision {
  const { type, appId, secretId, lastUsedAt, inUseMs, now } = command;
  const secret = secretIn(state, secretId);
  if (secret === undefined) return missing(state);
  if (type === 'DisableSecret' && (secret.disabled || hasExpired(secret, now))) return refuse('SECRET-Ds4bL');
  if (lastUsedAt !== undefined && lastUsedAt > now - inUseMs && !hasExpired(secret, now) && !secret.disabled) {
    const used = new Date(lastUsedAt).toISOString();
    return refuse('SECRET-Us3dR', `it was last used at ${used}; with "force": true it is taken nevertheless`);
  }
  const happened = type === 'DisableSecret' ? 'SecretDisabled' : 'SecretRemoved';
  return accept<ApplicationEvent>({ type: happened, data: { appId, secretId } });
}

/** Enables a secret that is disabled and has not expired. */
export function enableSecret(state: ApplicationState, { appId, secretId, now }: EnableSecret): SecretDecision {
  const secret = secretIn(state, secretId);
  if (secret === undefined) return missing(state);
  if (hasExpired(secret, now)) return refuse('SECRET-En5bL', 'it has expired, and is refused permanently');
  if (!secret.disabled) return refuse('SECRET-En5bL');
  return accept<ApplicationEvent>({ type: 'SecretEnabled', data: { appId, secretId } });
}

function missing(state: ApplicationState): SecretDecision {
  return refuse(isLiveApplication(state) ? 'SECRET-w3Lq7' : 'SECRET-3qLt8');
}

/** Names differ when they do so by more than case and Unicode normal form; secrets without a name are no hindrance. */
function sameName(former: string, name: string): boolean {
  return comparableName(former) === comparableName(name);
}

/** Adds a secret while others stay: expired ones make room for it, those that expired first. */
function besideOthers(appId: string, { secrets }: ApiConfig, now: number, added: ApplicationEvent): SecretDecision {
  const excess = secrets.length + 1 - MAX_SECRETS;
  if (excess <= 0) return accept(added);
  const expired = secrets
    .filter((secret) => hasExpired(secret, now))
    .toSorted((a, b) => (a.expiresAt ?? 0) - (b.expiresAt ?? 0));
  if (expired.length < excess) return refuse('SECRET-Fu11s', removable(secrets));
  const removals = expired
    .slice(0, excess)
    .map(({ secretId }): ApplicationEvent => ({ type: 'SecretRemoved', data: { appId, secretId } }));
  return accept(...removals, added);
}

/** Which secret to remove: a disabled one, otherwise the one that ends first, otherwise the oldest. */
function removable(secrets: readonly SecretState[]): string {
  const end = ({ expiresAt }: SecretState) => expiresAt ?? Number.POSITIVE_INFINITY;
  const [first] = secrets.toSorted((a, b) => Number(b.disabled) - Number(a.disabled) || (end(a) < end(b) ? -1 : 0));
  const named = first?.name === '' ? '' : ` (${JSON.stringify(first?.name)})`;
  return `it has ${MAX_SECRETS}: remove one that is not used, such as ${first?.secretId}${named}`;
}
