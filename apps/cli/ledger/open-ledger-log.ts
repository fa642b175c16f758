import { join, resolve } from 'node:path';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { ledgerKey } from '#libs/engine/ledger/keys/ledger-key.js';
import { ledgerFolder } from '#libs/engine/ledger/ledger.js';
import { domainEvents } from '#libs/engine/ledger/tree/ledger-source.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { createLogger } from '#libs/engine/runtime/logger.js';
import type { NoteSigner } from '#libs/engine/transparency/notes/note-key.js';
import { embeddedEvents } from '#libs/registry/composition/ledger/embedded-source.js';
import { ledgerStreams } from '#libs/registry/composition/ledger/ledger-streams.js';
import { openSource } from '#libs/registry/composition/ledger/open-source.js';
import { ToldHead } from '#libs/registry/composition/ledger/told-head.js';
import { features } from '#libs/registry/features.js';
import { assertEventStoreIn } from '../existing-event-store.js';

/** The log that a ledger is kept of, opened for reading. */
export interface LedgerLog {
  /** All events up to the present end. */
  readonly events: AsyncIterable<RecordedEvent>;
  readonly isDomainEvent: (event: RecordedEvent) => boolean;
  close(): Promise<void>;
}

/** The folder of the ledger that the configuration names. */
export function configuredLedgerFolder({ ledgerDir, dataDir }: Configuration): string {
  return ledgerFolder(ledgerDir && resolve(ledgerDir), resolve(dataDir)) as string;
}

/** The key of the ledger that the configuration names; undefined: there is none yet. @throws LedgerKeyError it cannot be used */
export function ledgerSigner(configuration: Configuration): NoteSigner | undefined {
  const { ledgerKey: key, ledgerOrigin: origin } = configuration;
  return ledgerKey(configuredLedgerFolder(configuration), { key, origin }, false);
}

/**
 * Opens the log without locking or changing it: a server may be writing it.
 *
 * @throws UsageError there is no event store
 */
export async function openLedgerLog(configuration: Configuration): Promise<LedgerLog> {
  const { dataDir, eventStoreUrl, logLevel, streamPrefix } = configuration;
  const kinds = ledgerStreams(features.streams);
  const isDomainEvent = domainEvents(kinds);
  if (eventStoreUrl === undefined) {
    assertEventStoreIn(dataDir);
    const events = embeddedEvents(join(resolve(dataDir), EVENT_STORE_FOLDER), streamPrefix);
    return { events, isDomainEvent, close: async () => undefined };
  }
  const log = { url: eventStoreUrl };
  const opened = await openSource(
    { log, streamPrefix, kinds },
    { heads: new ToldHead() },
    await createLogger(logLevel),
  );
  return { events: opened.source.again(), isDomainEvent, close: () => opened.close() };
}
