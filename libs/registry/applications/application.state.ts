import type { AuthMethod } from './application.events.js';

/** The state of an application. */
export type ApplicationState = { readonly status: 'absent' } | LiveApplication | { readonly status: 'removed' };

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
}

export const noApplication: ApplicationState = { status: 'absent' };

/** Whether the application exists: it has been added and not removed. */
export function isLiveApplication(state: ApplicationState): state is LiveApplication {
  return state.status === 'active' || state.status === 'inactive';
}
