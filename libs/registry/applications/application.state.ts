import type { AuthMethod } from './application.events.js';

/** What an application has come to be. */
export type ApplicationState = { readonly status: 'absent' } | LiveApplication | { readonly status: 'removed' };

/** An application that is there. `api` is undefined for one that is not an API client. */
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

/** Says whether the application is there: it has been added, and not been removed. */
export function isLiveApplication(state: ApplicationState): state is LiveApplication {
  return state.status === 'active' || state.status === 'inactive';
}
