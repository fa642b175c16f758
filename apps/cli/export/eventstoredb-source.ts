import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { prefixedEventStore } from '#libs/engine/event-store/prefixed/prefixed-event-store.js';
import { recordedIdentity } from '#libs/engine/projector/log-identity.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { features } from '#libs/registry/features.js';
import type { ExportSource } from './export-source.js';

/** The number of events that are handed on at once. */
const EVENTS_AT_ONCE = 500;

/**
 * The streams of an installation in EventStoreDB.
 *
 * @param prefix of the installation's streams
 * @param nameOf the name of a stream in the export, of its name without the prefix
 */
export async function eventStoreDbSource(
  { url, prefix }: { readonly url: string; readonly prefix: string },
  nameOf: (stream: string) => string | undefined,
  log: Log,
): Promise<ExportSource> {
  const whole = await openEventStoreDb(url, log);
  const store = prefix === '' ? whole : prefixedEventStore(whole, prefix);
  const [head, identity] = await Promise.all([store.head(), recordedIdentity(store, features.codec)]).catch(
    async (error) => {
      await whole.close();
      throw error;
    },
  );
  let [position, leftOut] = [0n, 0];
  return {
    identity,
    async *events(from) {
      let events: RecordedBytes[] = [];
      for await (const event of store.readAll({ from, filter: { streamPrefixes: features.codec.streams.prefixes } })) {
        if (event.position > head) break;
        position = event.position;
        if (nameOf(event.stream) === undefined) leftOut += 1;
        else events.push(bytesOf(event));
        if (events.length < EVENTS_AT_ONCE) continue;
        yield events;
        events = [];
      }
      yield events;
    },
    fraction: () => Number(position) / Number(head),
    get leftOut() {
      return leftOut;
    },
    close: () => whole.close(),
  };
}

/** The bytes of JSON as Appledger writes it: the store hands over the parsed values. */
function bytesOf({ id, stream, revision, position, type, data, metadata, recordedAt }: RecordedEvent): RecordedBytes {
  const isJson = !(data instanceof Uint8Array);
  return { id, stream, revision, position, type, isJson, data: encoded(data), metadata: encoded(metadata), recordedAt };
}

function encoded(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return value === undefined ? NOTHING : Buffer.from(JSON.stringify(value));
}

const NOTHING = Buffer.alloc(0);
