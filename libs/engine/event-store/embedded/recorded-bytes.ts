import type { RecordedBytes } from '../port/event-bytes.js';
import type { StoredEvent } from './stored-event.js';

/** A stored event with its bytes; they are views of the record. */
export function recordedBytes(event: StoredEvent): RecordedBytes {
  const { id, stream, revision, position, type, isJson, dataBytes, metadataBytes, recordedAt } = event;
  return { id, stream, revision, position, type, isJson, data: dataBytes, metadata: metadataBytes, recordedAt };
}
