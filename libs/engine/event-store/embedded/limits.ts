import { AppendTooLargeError } from '../port/event-store.errors.js';
import { MAX_APPEND_BYTES } from '../port/event-store.js';
import type { AppendRequest } from './append-request.js';
import { isId } from './event-id.js';
import type { EventBytes } from './record.js';
import { streamDescribedBy } from './stream-rules.js';

/** The longest stream name, in bytes of UTF-8; that of its metadata has two more. */
export const MAX_STREAM_NAME_BYTES = 32_768;

/** The longest event type, in bytes of UTF-8. */
export const MAX_TYPE_BYTES = 32_768;

/** The longest name of a group, in bytes of UTF-8: LMDB limits keys to 1,978 bytes. */
const MAX_KEPT_NAME_BYTES = 1_024;

/** The most bytes of an append besides its data: the limit of one message of a gRPC client. */
const MAX_APPEND_BYTES_WITH_METADATA = 16 * 1_048_576;

/** Whether a stream can have this name: not empty, well-formed Unicode, at most {@link MAX_STREAM_NAME_BYTES}. */
export function isStreamName(stream: string): boolean {
  return isName(streamDescribedBy(stream) ?? stream, MAX_STREAM_NAME_BYTES);
}

/** An unset UUID: events that share it would be repeats of each other. EventStoreDB refuses it. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Whether a group can have this name. */
export function isKeptName(name: string): boolean {
  return isName(name, MAX_KEPT_NAME_BYTES);
}

/** Counts the bytes of the events of an append as they are received. */
export class AppendSize {
  /** Bytes of data alone, which the limit applies to, as in EventStoreDB. */
  #data = 0;
  /** Bytes of data and metadata. */
  bytes = 0;

  /** @throws AppendTooLargeError one append cannot hold this event as well */
  add({ data, metadata }: Pick<EventBytes, 'data' | 'metadata'>): void {
    this.#data += data.length;
    this.bytes += data.length + metadata.length;
    if (this.#data > MAX_APPEND_BYTES) throw new AppendTooLargeError(this.#data, MAX_APPEND_BYTES);
    if (this.bytes > MAX_APPEND_BYTES_WITH_METADATA) {
      throw new AppendTooLargeError(this.bytes, MAX_APPEND_BYTES_WITH_METADATA);
    }
  }
}

/**
 * Refuses an append that the log cannot store, before it is queued. Returns its bytes of data and metadata.
 *
 * @throws RangeError a name, an id or the expected revision is out of its range
 * @throws AppendTooLargeError it is larger than one append may be
 */
export function checkRequest({ stream, events, expected }: AppendRequest): number {
  if (!isStreamName(stream)) {
    throw new RangeError(
      `a stream name must have 1 to ${MAX_STREAM_NAME_BYTES} bytes of well-formed text (got ${shown(stream)})`,
    );
  }
  if (typeof expected === 'bigint' && expected < 0n) {
    throw new RangeError(`an expected revision must be 0 or more (got ${expected}): use 'noStream' for a new stream`);
  }
  const size = new AppendSize();
  for (const event of events) {
    if (!isId(event.id) || event.id === NO_ID) {
      throw new RangeError(`an event id must be a lower-case UUID, not all zeros (got ${shown(event.id)})`);
    }
    if (!isName(event.type, MAX_TYPE_BYTES)) {
      throw new RangeError(
        `an event type must have 1 to ${MAX_TYPE_BYTES} bytes of well-formed text (got ${shown(event.type)})`,
      );
    }
    size.add(event);
  }
  return size.bytes;
}

function isName(name: string, maxBytes: number): boolean {
  return name.length > 0 && name.length <= maxBytes && Buffer.byteLength(name) <= maxBytes && name.isWellFormed();
}

const SHOWN_CHARACTERS = 60;

function shown(text: string): string {
  const start = JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
  return text.length > SHOWN_CHARACTERS ? `${start}… of ${text.length} characters` : start;
}
