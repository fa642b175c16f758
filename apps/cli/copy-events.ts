/**
 * Copies every event of the embedded event store in APPLEDGER_DATA_DIR into the EventStoreDB that
 * APPLEDGER_EVENTSTORE_URL names. Appledger must be stopped.
 */

import { openEmbeddedEventStore } from '#libs/event-store/embedded/embedded-event-store.js';
import { openEventStoreDb } from '#libs/event-store/eventstoredb/eventstoredb-event-store.js';
import { readConfiguration } from '#libs/platform/configuration.js';
import { openDataFolder } from '#libs/platform/data-folder.js';
import { createLogger } from '#libs/platform/logger.js';
import { messageOf } from '#libs/platform/message-of.js';
import { copyEvents } from './event-copy.js';

/** How often it says how far it is. */
const PROGRESS_MS = 5_000;

async function main(): Promise<void> {
  const { dataDir, eventStoreUrl, logLevel } = readConfiguration(process.env);
  if (eventStoreUrl === undefined) {
    throw new Error('APPLEDGER_EVENTSTORE_URL is unset: set it to the EventStoreDB that the events are copied to');
  }
  const folder = openDataFolder(dataDir);
  const from = await openEmbeddedEventStore(folder);
  const to = await openEventStoreDb(eventStoreUrl, createLogger(logLevel));
  let toldAt = performance.now();
  try {
    const copied = await copyEvents(from, to, (count) => {
      if (performance.now() - toldAt < PROGRESS_MS) return;
      toldAt = performance.now();
      process.stderr.write(`${count} events copied …\n`);
    });
    process.stdout.write(`${copied} events are in EventStoreDB as they are in ${dataDir}\n`);
  } finally {
    await to.close();
    await from.close();
    folder.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
