import { type EventBytes, recordBytes, writeRecord } from '#libs/engine/event-store/embedded/record.js';
import { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';

/** Where and when an event stands; what is left out is 0. */
export interface EventPlace {
  readonly stream: string;
  readonly revision?: bigint;
  readonly position?: bigint;
  readonly recordedAt?: number;
}

/** The record of an event, as a log would hold it. */
export function recordOf(
  event: EventBytes,
  { stream, revision = 0n, position = 0n, recordedAt = 0 }: EventPlace,
): Buffer {
  const record = Buffer.alloc(recordBytes(event, stream));
  writeRecord(record, 0, event, { stream, revision, position, recordedAt, endsGroup: true, findable: false }, 0);
  return record;
}

/** An event as a log would answer it. */
export function storedEvent(event: EventBytes, place: EventPlace): StoredEvent {
  return new StoredEvent(place.position ?? 0n, recordOf(event, place));
}
