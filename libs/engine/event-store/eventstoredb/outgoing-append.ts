import { type JsonEvent, jsonEventWriter } from '../port/event-bytes.js';
import { AppendTooLargeError } from '../port/event-store.errors.js';
import { type ExpectedRevision, MAX_APPEND_BYTES, type StreamAppend } from '../port/event-store.js';

/** An append to send to EventStoreDB. */
export interface OutgoingAppend {
  readonly stream: string;
  readonly events: readonly JsonEvent[];
  /** The bytes of their data. */
  readonly bytes: number;
  readonly expected: ExpectedRevision;
}

/**
 * Writes an append out.
 *
 * @throws AppendTooLargeError all of the events' data together are larger than an append may be
 * @throws TypeError data is not plain JSON
 */
export function outgoingAppend({ stream, events, expected }: StreamAppend): OutgoingAppend {
  const written = jsonEventWriter()(events);
  let bytes = 0;
  for (const { id, data } of written) {
    if (data.length === 0) throw new TypeError(`the data of event ${id} is not plain JSON`);
    bytes += data.length;
  }
  if (bytes > MAX_APPEND_BYTES) throw new AppendTooLargeError(bytes, MAX_APPEND_BYTES);
  return { stream, events: written, bytes, expected };
}
