import type { RecordedBytes } from '../port/event-bytes.js';
import { checkRequest } from './limits.js';
import type { LogLocation } from './log-location.js';
import { LogWriter } from './log-writer.js';
import { type OpenedLog, openLog } from './open-log.js';
import { recordBytes } from './record.js';

/** A write ends with the event that reaches one of these. */
const EVENTS_AT_ONCE = 2_000;
const BYTES_AT_ONCE = 4 * 1_048_576;

/** An event to write with its revision and time; its position is the next one of the log. */
export type PlacedEvent = Omit<RecordedBytes, 'position'> & { readonly isFindable?: boolean };

/** Fills a log that no other process uses with events that were recorded elsewhere. */
export class LogFiller {
  readonly #writer: LogWriter;

  private constructor(private readonly log: OpenedLog) {
    this.#writer = new LogWriter(log.segments, log.index);
  }

  /** Opens the log in a folder; creates it if there is none. @throws EventStoreUnavailableError */
  static async open(folder: LogLocation['folder']): Promise<LogFiller> {
    return new LogFiller(await openLog({ folder, readOnly: false }));
  }

  /** The number of events in the log. */
  get events(): number {
    return this.log.index.last + 1;
  }

  /** The last revision of a stream; undefined: the stream does not exist. */
  lastRevision(stream: string): bigint | undefined {
    const head = this.log.index.head(stream);
    return head && BigInt(head.revision);
  }

  /**
   * Writes events; resolves when they are on disk.
   *
   * @throws RangeError, AppendTooLargeError the log cannot store one of them
   * @throws EventStoreUnavailableError, Error the disk fails, for example because it is full
   */
  async write(events: Iterable<PlacedEvent>): Promise<void> {
    for (const group of groupsOf(events)) {
      const recorded = group.map((event, index) => ({
        event,
        stream: event.stream,
        revision: event.revision,
        position: BigInt(this.events + index),
        bytes: recordBytes(event, event.stream),
        findable: event.isFindable ?? false,
        recordedAt: event.recordedAt,
      }));
      const bytes = recorded.reduce((sum, event) => sum + event.bytes, 0);
      await this.#writer.write({ events: recorded, bytes, recordedAt: 0 });
      await this.log.index.writeBehind();
    }
  }

  /** Writes the rest of the index, and closes all files. */
  async close(): Promise<void> {
    this.#writer.close();
    await this.log.index.close();
    this.log.segments.close();
  }
}

function* groupsOf(events: Iterable<PlacedEvent>): Generator<readonly PlacedEvent[]> {
  let group: PlacedEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    bytes += checkRequest({ kind: 'append', stream: event.stream, events: [event], expected: 'any' });
    group.push(event);
    if (group.length < EVENTS_AT_ONCE && bytes < BYTES_AT_ONCE) continue;
    yield group;
    [group, bytes] = [[], 0];
  }
  if (group.length > 0) yield group;
}
