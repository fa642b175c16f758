import type { LedgerSource } from '#libs/engine/ledger/tree/ledger-source.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { EmbeddedSource, type HeadSource } from './embedded-source.js';
import type { LedgerTask } from './ledger-messages.js';

/** A log to read, and what closes it. */
export interface OpenedSource {
  readonly source: LedgerSource;
  close(): Promise<void>;
}

/** What is needed of an embedded log, which another thread writes. */
export interface EmbeddedParts {
  readonly heads: HeadSource;
  /** Gets the position of an event that cannot be read because it is damaged. */
  readonly damaged?: (position: bigint) => void;
}

/** Opens the log that the ledger is kept of. */
export async function openSource(
  { log, streamPrefix, kinds }: Pick<LedgerTask, 'log' | 'streamPrefix' | 'kinds'>,
  { heads, damaged }: EmbeddedParts,
  logger: Log,
): Promise<OpenedSource> {
  if ('folder' in log)
    return { source: new EmbeddedSource(log.folder, streamPrefix, heads, damaged), close: async () => undefined };
  // Loading the driver takes a while, and the embedded log needs nothing of this.
  const { openEventStoreDb } = await import('#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js');
  const { prefixedEventStore } = await import('#libs/engine/event-store/prefixed/prefixed-event-store.js');
  const { EventStoreSource } = await import('./event-store-source.js');
  const whole = await openEventStoreDb(log.url, logger);
  const store = streamPrefix === '' ? whole : prefixedEventStore(whole, streamPrefix);
  const prefixes = kinds.map(({ prefix }) => prefix);
  return { source: new EventStoreSource(store, prefixes), close: () => whole.close() };
}
