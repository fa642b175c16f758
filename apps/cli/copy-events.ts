import { parseArgs } from 'node:util';
import { openEmbeddedEventStore } from '#libs/event-store/embedded/embedded-event-store.js';
import { openEventStoreDb } from '#libs/event-store/eventstoredb/eventstoredb-event-store.js';
import { readConfiguration } from '#libs/platform/configuration.js';
import { openDataFolder } from '#libs/platform/data-folder.js';
import { createLogger } from '#libs/platform/logger.js';
import { messageOf } from '#libs/platform/message-of.js';
import { copyEvents } from './event-copy.js';
import { assertEventStoreIn } from './existing-event-store.js';
import { exitCodeFor, UsageError } from './usage-error.js';

const HELP = `Copies every event of the embedded event store in APPLEDGER_DATA_DIR into the EventStoreDB that
APPLEDGER_EVENTSTORE_URL names. Appledger must be stopped; see docs/distributed.md.

Usage: npm run copy-events [-- --help]
`;

/** How often it says how far it is. */
const PROGRESS_MS = 5_000;

async function main(args: string[]): Promise<void> {
  if (isHelpWanted(args)) {
    process.stdout.write(HELP);
    return;
  }
  const { dataDir, eventStoreUrl, logLevel } = readConfiguration(process.env);
  if (eventStoreUrl === undefined) {
    throw new UsageError('APPLEDGER_EVENTSTORE_URL is unset: set it to the EventStoreDB that the events are copied to');
  }
  assertEventStoreIn(dataDir);
  const folder = openDataFolder(dataDir);
  const from = await openEmbeddedEventStore(folder);
  const to = await openEventStoreDb(eventStoreUrl, await createLogger(logLevel));
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

function isHelpWanted(args: string[]): boolean {
  try {
    return parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } }).values.help ?? false;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\nSee --help.`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = exitCodeFor(error);
});
