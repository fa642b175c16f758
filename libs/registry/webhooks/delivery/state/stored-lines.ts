import type { StoredHealth } from '../engine/endpoint-health.js';

/** How far the events of a webhook have been delivered as they happened. */
export interface StoredLine {
  /** Every event up to this position has been delivered, or its subject is among those that wait. Decimal. */
  readonly position: string;
  /** The identity of the log; empty: it has none. */
  readonly log: string;
  readonly health: StoredHealth;
  /** The webhook was paused afterwards: what it has failed before does not count. */
  readonly wasPaused?: true;
}

/** A replay that is not finished. */
export interface StoredReplay {
  /** As in {@link StoredLine}. */
  readonly position: string;
  /** The last position that is replayed. Decimal. */
  readonly until: string;
  /** The stored types of the events; undefined: all public ones. */
  readonly types?: readonly string[];
}

/** What a caller has asked of the process that delivers. */
export type StoredRequest =
  /** Try what waits again now: the subject of one stream, or all that are parked. */
  | { readonly kind: 'release'; readonly stream?: string }
  /** Deliver one event once more. */
  | { readonly kind: 'again'; readonly stream: string; readonly revision: string };
