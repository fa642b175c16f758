import type { Caller } from './caller.js';

/** The caller, and the organization in which the call works. */
export interface Identity {
  /** Anonymous for a call that needs no authentication. */
  readonly caller: Caller;
  /** The organization of the header x-zitadel-orgid, or the caller's own. */
  readonly organization: string;
  /** Whether one of the caller's roles holds a permission in all organizations. */
  holdsEverywhere(permission: string): boolean;
}
