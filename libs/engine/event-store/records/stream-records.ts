import { randomUUID } from 'node:crypto';
import type { RecordStore, VersionedRecord } from '#libs/engine/kernel/record-store.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { RevisionConflictError } from '../port/event-store.errors.js';
import type { EventStore, EventToAppend, ExpectedRevision } from '../port/event-store.js';

/** The streams of records begin so, behind the prefix of the installation. No domain event has such a stream. */
export const RECORD_STREAMS = 'appledger-record-';

/** The type of the events in them. */
const RECORD_WRITTEN = 'RecordWritten';

/** Only the newest event of such a stream is visible; a scavenge removes the others. */
const METADATA = { $maxCount: 1 };

/** How long a call tries: a lease whose store does not answer ends on its own. */
const CALL_MS = 3_000;

/**
 * Named records in an event store, for processes that share nothing else: the newest event of a stream is the record,
 * and its revision is the version. The optimistic concurrency of appends decides who replaces it.
 */
export class StreamRecords implements RecordStore {
  #hasWarned = false;

  /**
   * @param store with all streams under their full names
   * @param streamPrefix of the streams of this installation
   */
  constructor(
    private readonly store: EventStore,
    private readonly streamPrefix: string,
    private readonly log: Log,
  ) {}

  async record<T extends object>(name: string): Promise<VersionedRecord<T> | undefined> {
    const newest = { direction: 'backwards', limit: 1, deadline: deadline() } as const;
    for await (const { data, revision } of this.store.readStream(this.#streamOf(name), newest)) {
      return { value: data as T, version: Number(revision) };
    }
    return undefined;
  }

  async putRecord<T extends object>(name: string, value: T, expected: number | undefined): Promise<number | undefined> {
    const stream = this.#streamOf(name);
    if (expected === undefined) await this.#keepNewestOnly(stream);
    try {
      const { revision } = await this.#append(
        stream,
        eventOf(RECORD_WRITTEN, value),
        expected === undefined ? 'noStream' : BigInt(expected),
      );
      return Number(revision);
    } catch (error) {
      if (error instanceof RevisionConflictError) return undefined;
      throw error;
    }
  }

  /** A user who may not write metadata can use records; their streams grow then. */
  async #keepNewestOnly(stream: string): Promise<void> {
    try {
      await this.#append(`$$${stream}`, eventOf('$metadata', METADATA), 'any');
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      const text =
        'the metadata of a stream of records cannot be written: the stream keeps every version of its record';
      this.log.warn({ stream, reason: messageOf(error) }, text);
    }
  }

  #append(stream: string, event: EventToAppend, expected: ExpectedRevision) {
    return this.store.append(stream, [event], expected, { deadline: deadline() });
  }

  /** Different names have different streams: `+` in a name is encoded. */
  #streamOf(name: string): string {
    return `${this.streamPrefix}${RECORD_STREAMS}${encodeURIComponent(name).replaceAll('%20', '+')}`;
  }
}

function eventOf(type: string, data: object): EventToAppend {
  return { id: randomUUID(), type, data, metadata: {} };
}

function deadline(): number {
  return performance.now() + CALL_MS;
}
