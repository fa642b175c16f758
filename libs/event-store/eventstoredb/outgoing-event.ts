import type { EventData } from '@eventstore/db-client';
import { AppendTooLargeError } from '../port/event-store.errors.js';
import { type EventToAppend, MAX_APPEND_BYTES } from '../port/event-store.js';

/**
 * Events as the driver takes them, and the bytes of their data.
 *
 * @throws AppendTooLargeError all of their data together are larger than an append may be
 * @throws TypeError data is not plain JSON
 */
export function outgoingEvents(events: readonly EventToAppend[]): { events: EventData[]; bytes: number } {
  let bytes = 0;
  const outgoing = events.map(({ id, type, data, metadata }) => {
    const json: string | undefined = JSON.stringify(data); // The driver would throw where nobody catches it.
    if (json === undefined) throw new TypeError(`the data of event ${id} is not plain JSON (got ${typeof data})`);
    // As bytes, because the driver leaves out metadata such as 0 or "".
    const metadataBytes = new Uint8Array(metadata === undefined ? [] : Buffer.from(JSON.stringify(metadata)));
    bytes += Buffer.byteLength(json);
    const event = { id, type, contentType: 'application/json', data, metadata: metadataBytes };
    return event as EventData;
  });
  if (bytes > MAX_APPEND_BYTES) throw new AppendTooLargeError(bytes, MAX_APPEND_BYTES);
  return { events: outgoing, bytes };
}
