import type { StreamKind } from '#libs/engine/events/own-streams.js';
import type { LedgerStatus } from '#libs/engine/ledger/tree/ledger-status.js';

/** What the thread of the ledger works with. */
export interface LedgerTask {
  /** The folder of the ledger. */
  readonly folder: string;
  /** The private key, as text. */
  readonly key: string;
  readonly streamPrefix: string;
  readonly kinds: readonly StreamKind[];
  /** The folder of the embedded log, or the connection string of EventStoreDB. */
  readonly log: { readonly folder: string } | { readonly url: string };
}

/** What the thread is told: the newest position of the embedded log, or that it has to end. */
export type ToLedger = { readonly head: bigint } | { readonly stop: true };

/** What the thread tells. */
export type FromLedger =
  | { readonly checkpoint: string }
  | { readonly status: LedgerStatus }
  /** The event at this position of the embedded log is damaged. */
  | { readonly damagedAt: bigint }
  | { readonly level: 'info' | 'warn' | 'error'; readonly fields: object; readonly message: string };
