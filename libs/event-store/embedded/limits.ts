import { AppendTooLargeError } from '../port/event-store.errors.js';
import { MAX_APPEND_BYTES } from '../port/event-store.js';
import type { AppendRequest } from './append-group.js';
import { isId } from './event-id.js';

/** The longest stream name, in bytes of UTF-8: LMDB's keys end at 1,978 bytes, and names are keys. */
export const MAX_STREAM_NAME_BYTES = 1024;

/** The longest event type, in bytes of UTF-8. */
export const MAX_TYPE_BYTES = 1024;

/** Says whether a stream can have this name: not empty, well-formed Unicode, at most {@link MAX_STREAM_NAME_BYTES}. */
export function isStreamName(stream: string): boolean {
  return isName(stream, MAX_STREAM_NAME_BYTES);
}

/**
 * Refuses what the log cannot hold, before anything is queued. Answers the append's bytes of data and metadata.
 *
 * @throws RangeError a name, an id or the expected revision is out of its range
 * @throws AppendTooLargeError more than {@link MAX_APPEND_BYTES}
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
  let bytes = 0;
  for (const { id, type, data, metadata } of events) {
    if (!isId(id)) throw new RangeError(`an event id must be a lower-case UUID (got ${shown(id)})`);
    if (!isName(type, MAX_TYPE_BYTES)) {
      throw new RangeError(
        `an event type must have 1 to ${MAX_TYPE_BYTES} bytes of well-formed text (got ${shown(type)})`,
      );
    }
    bytes += data.length + metadata.length;
  }
  if (bytes > MAX_APPEND_BYTES) throw new AppendTooLargeError(bytes, MAX_APPEND_BYTES);
  return bytes;
}

function isName(name: string, maxBytes: number): boolean {
  return name.length > 0 && name.length <= maxBytes && Buffer.byteLength(name) <= maxBytes && name.isWellFormed();
}

const SHOWN_CHARACTERS = 60;

function shown(text: string): string {
  const start = JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
  return text.length > SHOWN_CHARACTERS ? `${start}… of ${text.length} characters` : start;
}
