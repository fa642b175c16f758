import { join } from 'node:path';
import { CommittedLog } from '#libs/engine/event-store/embedded/committed-log.js';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { recordedBytes } from '#libs/engine/event-store/embedded/recorded-bytes.js';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';

/** The event store that is exported. */
export interface ExportSource {
  /** Identifies its log; undefined: it has no identity. */
  readonly identity: string | undefined;
  /** The events from a position on, under their names in the export. Events that are appended later are left out. */
  events(from: bigint): AsyncIterable<readonly RecordedBytes[]>;
  /** How much of the log has been read, from 0 to 1. */
  fraction(): number;
  /** The number of events that have been left out, because they are of other streams. */
  readonly leftOut: number;
  close(): Promise<void>;
}

/** The number of events that are handed on at once. */
const EVENTS_AT_ONCE = 1_000;

/**
 * The embedded event log of a data folder. It is read without a lock, so a server may be running.
 *
 * @throws EventStoreUnavailableError there is none, or it is damaged
 */
export async function embeddedSource(
  dataDir: string,
  nameOf: (stream: string) => string | undefined,
): Promise<ExportSource> {
  const log = await CommittedLog.open(join(dataDir, EVENT_STORE_FOLDER));
  let leftOut = 0;
  return {
    identity: log.identity,
    async *events(from) {
      let events: RecordedBytes[] = [];
      for (const group of log.groups(Number(from))) {
        for (const event of group) {
          const stream = nameOf(event.stream);
          if (stream === undefined) leftOut += 1;
          else events.push(stream === event.stream ? recordedBytes(event) : { ...recordedBytes(event), stream });
        }
        if (events.length < EVENTS_AT_ONCE) continue;
        yield events;
        events = [];
      }
      yield events;
    },
    fraction: () => log.readFraction,
    get leftOut() {
      return leftOut;
    },
    close: async () => log.close(),
  };
}
