import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { openDataFolder } from '#libs/engine/runtime/data-folder.js';
import { createLogger } from '#libs/engine/runtime/logger.js';
import { assertNoMoreWords, command } from './command.js';
import { copyAllEvents } from './event-copy.js';
import { assertEventStoreIn } from './existing-event-store.js';
import { UsageError } from './usage-error.js';

const HELP = `Copies every event of the embedded event store in APPLEDGER_DATA_DIR into the EventStoreDB that APPLEDGER_EVENTSTORE_URL
names. Appledger must be stopped.

Usage: npm run -s appledger -- copy-events [--shared] [--json]

  --shared   the EventStoreDB may contain streams of other programs, and of other installations: those with another
             APPLEDGER_STREAM_PREFIX

The EventStoreDB must be empty; its system streams do not count. It may contain the beginning of this copy: the existing
events are compared with the first ones of the data folder by stream, revision and id, and the copy continues after
them. So it can be interrupted and started again. Anything else is refused before an event is written.

Example:
  APPLEDGER_DATA_DIR=./data APPLEDGER_EVENTSTORE_URL='kurrentdb://…' npm run -s appledger -- copy-events

See docs/distributed.md.`;

/** The time between two progress lines. */
const TELL_EVERY_MS = 500;

/** `appledger copy-events`. */
export const copyEvents = command({
  name: 'copy-events',
  summary: 'copies the embedded events into EventStoreDB',
  help: HELP,
  options: { shared: { type: 'boolean' } },
  run: async ({ shared = false }, words, tell) => {
    assertNoMoreWords('copy-events', words);
    const { dataDir, eventStoreUrl, logLevel, streamPrefix } = readConfiguration(process.env);
    if (eventStoreUrl === undefined) {
      throw new UsageError(
        'APPLEDGER_EVENTSTORE_URL is unset: set it to the EventStoreDB that the events are copied to',
      );
    }
    assertEventStoreIn(dataDir);
    const { openEventStoreDb } = await import('#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js');
    const folder = openDataFolder(dataDir);
    const from = await openEmbeddedEventStore(folder);
    const to = await openEventStoreDb(eventStoreUrl, await createLogger(logLevel));
    let toldAt = performance.now();
    const progress = (line: string) => {
      if (performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      tell(line);
    };
    try {
      const { events, before } = await copyAllEvents(from, to, {
        ...(shared && { sharedBeside: streamPrefix }),
        progress,
      });
      const already = before === 0 ? '' : `, ${before} of them from an earlier copy`;
      const lines = [`${events} events are in EventStoreDB as they are in ${dataDir}${already}`];
      return { lines, data: { events, before, copied: events - before }, ok: true };
    } finally {
      await to.close();
      await from.close();
      folder.close();
    }
  },
});
