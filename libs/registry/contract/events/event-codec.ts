import type { EventToAppend, RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { type EventMetadata, eventMetadata } from '#libs/registry/shared/event-metadata.js';
import { type DomainEvent, domainEvents, type EventType } from '#libs/registry/shared/events.js';
import { isOwnStream } from '#libs/registry/shared/own-streams.js';

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

/** Everything in an event's metadata but the schema version, which is the event type's own. */
export type CommandMetadata = Omit<EventMetadata, 'schemaVersion'>;

/**
 * The events of one command on their way to the store. They share one metadata object where their versions are alike,
 * so that it is checked once, and can be written out once.
 *
 * @param newId draws an event's UUID; when an append is repeated, what this answered is appended again as it is
 * @throws MalformedEventError an event does not have its frozen shape: nothing of the kind may be written
 */
export function encodeEvents(
  events: readonly DomainEvent[],
  metadata: CommandMetadata,
  newId: () => string,
): readonly EventToAppend[] {
  let meta: EventMetadata | undefined;
  return events.map((event) => {
    const shape = domainEvents[event.type];
    if (meta?.schemaVersion !== shape.version) {
      meta = { schemaVersion: shape.version, ...metadata };
      assertShape(event, eventMetadata.fault(meta, 'metadata'));
    }
    assertShape(event, shape.data.fault(event.data, 'data'));
    return { id: newId(), type: event.type, data: event.data, metadata: meta };
  });
}

function assertShape(event: { readonly type: string }, fault: string | undefined): void {
  if (fault !== undefined) throw new MalformedEventError(event, fault);
}

/** The metadata that was found well-formed last: a store may answer the same object for all events of an append. */
let lastChecked: unknown;

/** What every event of Appledger's has in its metadata. */
const METADATA_FIELDS = ['schemaVersion', 'resourceOwner', 'editor', 'occurredAt', '$correlationId', '$causationId'];

/** Whether Appledger has written the event, whatever its type: its stream has such a name, and its metadata are such. */
export function isOwnEvent(recorded: RecordedEvent): boolean {
  return isOwnStream(recorded.stream) && isOwnMetadata(metadataOf(recorded));
}

/**
 * A recorded event, checked; undefined when it is not one of Appledger's: other programs may share the store, and use
 * the same words for their types and streams.
 *
 * @throws MalformedEventError the event is Appledger's but its data or metadata do not have the shape of its type
 */
export function decodeEvent(recorded: RecordedEvent): StoredEvent | undefined {
  const { type, stream } = recorded;
  if (!Object.hasOwn(domainEvents, type) || !isOwnStream(stream)) return undefined;
  const metadata = metadataOf(recorded);
  if (metadata !== lastChecked && !isOwnMetadata(metadata)) return undefined;
  const shape = domainEvents[type as EventType];
  if (metadata !== lastChecked) assertShape(recorded, eventMetadata.fault(metadata, 'metadata'));
  lastChecked = metadata;
  assertShape(recorded, shape.data.fault(dataOf(recorded), 'data'));
  const meta = metadata as EventMetadata;
  if (meta.schemaVersion !== shape.version) {
    throw new MalformedEventError(recorded, `schema version ${meta.schemaVersion} is not known, ${shape.version} is`);
  }
  return new DecodedEvent(recorded, type, recorded.data, meta) as StoredEvent;
}

function isOwnMetadata(metadata: unknown): boolean {
  return typeof metadata === 'object' && metadata !== null && METADATA_FIELDS.every((field) => field in metadata);
}

/** Takes from the recorded event what few ask for, such as its id, when it is asked for. */
class DecodedEvent {
  constructor(
    private readonly recorded: RecordedEvent,
    readonly type: string,
    readonly data: unknown,
    readonly meta: EventMetadata,
  ) {}

  get id(): string {
    return this.recorded.id;
  }

  get stream(): string {
    return this.recorded.stream;
  }

  get revision(): bigint {
    return this.recorded.revision;
  }

  get position(): bigint {
    return this.recorded.position;
  }
}

/** Undefined when it is not the JSON that it is said to be: a store may look only now. */
function metadataOf(recorded: RecordedEvent): unknown {
  try {
    return recorded.metadata;
  } catch {
    return undefined;
  }
}

/** A store may look only now at what is said to be JSON. */
function dataOf(recorded: RecordedEvent): unknown {
  try {
    return recorded.data;
  } catch {
    throw new MalformedEventError(recorded, 'its data must be JSON');
  }
}
