import type { ErrorEntry } from '#libs/engine/errors/error-entry.js';

/** Refusals by their ids. An id never changes its meaning: clients match on it. */
export interface Refusals {
  readonly [id: string]: ErrorEntry;
}
