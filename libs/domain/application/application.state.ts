import type { AuthMethod } from './application.events.js';

/** What an application has come to be. `api` is undefined for an application that is not an API client. */
export type ApplicationState =
  | { readonly status: 'absent' }
  | {
      readonly status: 'active';
      readonly projectId: string;
      readonly name: string;
      readonly api: ApiConfig | undefined;
    };

export interface ApiConfig {
  readonly clientId: string;
  readonly authMethod: AuthMethod;
}

export const noApplication: ApplicationState = { status: 'absent' };
