import type { AuthMethod } from './application.events.js';
import type { ListedSecret } from './secret-list.js';

/** The state of an application. */
export type ApplicationState =
  | { readonly status: 'absent' }
  | LiveApplication
  | { readonly status: 'removed'; readonly projectId: string };

/** An application that exists. `api` is undefined for one that is not an API client. */
export interface LiveApplication {
  readonly status: 'active' | 'inactive';
  readonly projectId: string;
  readonly name: string;
  readonly api: ApiConfig | undefined;
  /** The ids of its keys, expired ones included. */
  readonly keys: ReadonlySet<string>;
}

export interface ApiConfig {
  readonly clientId: string;
  readonly authMethod: AuthMethod;
  /** In the order in which they were added, expired ones included. */
  readonly secrets: readonly SecretState[];
  /** Where the client's owner publishes its public keys. */
  readonly jwksUri?: string;
}

/** A secret of an API client. */
export interface SecretState extends ListedSecret {
  /** Empty for a secret that was made with the client, or by RegenerateAPIClientSecret. */
  readonly name: string;
  readonly disabled: boolean;
  /** When its expiry was chosen, in milliseconds since 1970; undefined: it does not expire. */
  readonly expirySetAt?: number;
  /** The notices of its expiry that are in the log, in days before it. */
  readonly notedDays: readonly number[];
  /** Whether the notice that it has expired is in the log. */
  readonly notedExpired: boolean;
}

export const noApplication: ApplicationState = { status: 'absent' };

/** Whether the application exists: it has been added and not removed. */
export function isLiveApplication(state: ApplicationState): state is LiveApplication {
  return state.status === 'active' || state.status === 'inactive';
}

/** A secret of an application that exists; undefined: there is none of this id. */
export function secretIn(state: ApplicationState, secretId: string): SecretState | undefined {
  if (!isLiveApplication(state)) return undefined;
  return state.api?.secrets.find((secret) => secret.secretId === secretId);
}

/** The id of the client of an application; empty when it has none. */
export function clientIdOf(state: ApplicationState): string {
  return (isLiveApplication(state) && state.api?.clientId) || '';
}
