/** Whether a store can be used now. */
export interface StoreHealth {
  readonly readable: boolean;
  readonly writable: boolean;
  /** Why it cannot be read or written and what to do; undefined: it can. */
  readonly detail?: string;
}
