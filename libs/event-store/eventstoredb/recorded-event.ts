import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import type { RecordedEvent } from '../port/event-store.js';

/** An event as the port has it. */
export function recordedEvent({ event }: ResolvedEvent | AllStreamResolvedEvent): RecordedEvent {
  if (event?.position === undefined) {
    throw new Error('EventStoreDB sent an event without its position: version 21.10 or newer is needed');
  }
  const { id, streamId, revision, type, data, metadata, position, created } = event;
  return {
    id,
    stream: streamId,
    revision,
    position: position.commit,
    type,
    data,
    metadata,
    recordedAt: created.getTime(),
  };
}
