import { type EventMetadata, eventMetadata } from '#libs/domain/event-metadata.js';
import { type DomainEvent, domainEvents, type EventType } from '#libs/domain/events.js';
import type { EventToAppend, RecordedEvent } from '#libs/event-store/port/event-store.js';

/** An event of Appledger's as it was stored: what happened, and everything known about it. */
export type StoredEvent = DomainEvent & {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly meta: EventMetadata;
};

/** A stored event does not have the shape that its type and version promise: written by hand, or by a newer version. */
export class MalformedEventError extends Error {
  override readonly name = 'MalformedEventError';

  constructor(
    event: { readonly type: string; readonly stream?: string; readonly position?: bigint },
    /** What is wrong, with the path to it. */
    readonly fault: string,
  ) {
    const where = event.stream === undefined ? '' : ` in stream ${event.stream} at position ${event.position}`;
    super(`event ${event.type}${where} is malformed: ${fault}`);
  }
}

/**
 * An event on its way to the store.
 *
 * @param id the event's UUID; keep it when the append is repeated
 * @param metadata all but the schema version, which is the type's own
 * @throws MalformedEventError the event does not have its frozen shape: nothing of the kind may be written
 */
export function encodeEvent(
  id: string,
  event: DomainEvent,
  metadata: Omit<EventMetadata, 'schemaVersion'>,
): EventToAppend {
  const shape = domainEvents[event.type];
  const meta: EventMetadata = { schemaVersion: shape.version, ...metadata };
  const fault = shape.data.fault(event.data, 'data') ?? eventMetadata.fault(meta, 'metadata');
  if (fault !== undefined) throw new MalformedEventError(event, fault);
  return { id, type: event.type, data: event.data, metadata: meta };
}

/**
 * A recorded event, checked; undefined when its type is not one of Appledger's (other programs may share the store).
 *
 * @throws MalformedEventError the type is known but the data or metadata do not have its shape
 */
export function decodeEvent(recorded: RecordedEvent): StoredEvent | undefined {
  if (!Object.hasOwn(domainEvents, recorded.type)) return undefined;
  const shape = domainEvents[recorded.type as EventType];
  const fault = eventMetadata.fault(recorded.metadata, 'metadata') ?? shape.data.fault(recorded.data, 'data');
  if (fault !== undefined) throw new MalformedEventError(recorded, fault);
  const meta = recorded.metadata as EventMetadata;
  if (meta.schemaVersion !== shape.version) {
    throw new MalformedEventError(recorded, `schema version ${meta.schemaVersion} is not known, ${shape.version} is`);
  }
  const { id, stream, revision, position, type, data } = recorded;
  return { id, stream, revision, position, type, data, meta } as StoredEvent;
}
