import type { EventToAppend, RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { type DecodedEvent, DecodedRecord } from './decoded-event.js';
import { type FaultyEvent, MalformedEventError, NewerEventError } from './event.errors.js';
import type { AnyEvent, EventDefinition, EventDefinitions, EventOf } from './event-definition.js';
import { type CommandMetadata, type EventMetadata, eventMetadata, REQUIRED_METADATA } from './event-metadata.js';
import type { OwnStreams } from './own-streams.js';
import { inCurrentVersion } from './upcast.js';

/** Events as they are stored, and events as the application knows them: the way from each to the other. */
export interface EventCodec<E extends AnyEvent = AnyEvent> {
  /** The application's streams. */
  readonly streams: OwnStreams;
  /**
   * The events of one command as they are appended. They share one metadata object where their versions are alike, so
   * that it is checked once, and can be written out once.
   *
   * @param newId draws an event's UUID; when an append is repeated, what this answered is appended again as it is
   * @throws MalformedEventError an event does not have the current shape of its type: nothing of the kind may be written
   */
  encode(events: readonly E[], metadata: CommandMetadata, newId: () => string): readonly EventToAppend[];
  /**
   * A recorded event, checked and in the current version of its type; undefined when it is another program's: others
   * may share the store, and use the same words for their types and streams.
   *
   * @throws MalformedEventError its data or metadata do not have the shape of its type and version
   * @throws NewerEventError its type or its version is not known to this program
   */
  decode(recorded: RecordedEvent): DecodedEvent<E> | undefined;
  /** Whether the application has written the event, whatever its type: its stream has such a name, and it has such metadata. */
  isOwn(recorded: RecordedEvent): boolean;
  /** The definition of a type; undefined: the type is not known. */
  definitionOf(type: string): EventDefinition | undefined;
}

/** Makes the codec of an application from all event types and all kinds of streams that it has. */
export function createEventCodec<Definitions extends EventDefinitions>({
  definitions,
  streams,
}: {
  readonly definitions: Definitions;
  readonly streams: OwnStreams;
}): EventCodec<EventOf<Definitions>> {
  return new Codec(new Map(Object.entries(definitions)), streams) as unknown as EventCodec<EventOf<Definitions>>;
}

class Codec implements EventCodec {
  /** The metadata that was found well-formed last: a store may answer the same object for all events of an append. */
  #lastChecked: unknown;

  constructor(
    private readonly definitions: ReadonlyMap<string, EventDefinition>,
    readonly streams: OwnStreams,
  ) {}

  encode(events: readonly AnyEvent[], metadata: CommandMetadata, newId: () => string): readonly EventToAppend[] {
    let meta: EventMetadata | undefined;
    return events.map((event) => {
      const definition = this.definitions.get(event.type);
      if (definition === undefined) throw new MalformedEventError(event, 'its type is not known');
      if (meta?.schemaVersion !== definition.version) {
        meta = { schemaVersion: definition.version, ...metadata };
        assertNoFault(event, eventMetadata.fault(meta, 'metadata'));
      }
      assertNoFault(event, definition.data.fault(event.data, 'data'));
      return { id: newId(), type: event.type, data: event.data, metadata: meta };
    });
  }

  decode(recorded: RecordedEvent): DecodedEvent | undefined {
    const { type, stream } = recorded;
    const definition = this.definitions.get(type);
    if (definition === undefined) return this.#ofUnknownType(recorded);
    if (!this.streams.has(stream)) return undefined;
    const metadata = metadataOf(recorded);
    if (metadata !== this.#lastChecked) {
      const fault = eventMetadata.fault(metadata, 'metadata');
      if (fault !== undefined && !isOwnMetadata(metadata)) return undefined;
      assertNoFault(recorded, fault);
      this.#lastChecked = metadata;
    }
    const meta = metadata as EventMetadata;
    const data = dataOf(recorded);
    if (meta.schemaVersion !== definition.version) {
      return new DecodedRecord(recorded, type, inCurrentVersion(recorded, data, meta.schemaVersion, definition), meta);
    }
    assertNoFault(recorded, definition.data.fault(data, 'data'));
    return new DecodedRecord(recorded, type, data, meta);
  }

  isOwn(recorded: RecordedEvent): boolean {
    return this.streams.has(recorded.stream) && isOwnMetadata(metadataOf(recorded));
  }

  definitionOf(type: string): EventDefinition | undefined {
    return this.definitions.get(type);
  }

  #ofUnknownType(recorded: RecordedEvent): undefined {
    if (this.isOwn(recorded)) throw new NewerEventError(recorded, 'is of a type that is not known here');
    return undefined;
  }
}

function assertNoFault(event: FaultyEvent, fault: string | undefined): void {
  if (fault !== undefined) throw new MalformedEventError(event, fault);
}

function isOwnMetadata(metadata: unknown): boolean {
  return typeof metadata === 'object' && metadata !== null && REQUIRED_METADATA.every((field) => field in metadata);
}

/** Undefined when it is not the JSON that it is said to be: a store may parse it only now. */
function metadataOf(recorded: RecordedEvent): unknown {
  try {
    return recorded.metadata;
  } catch {
    return undefined;
  }
}

/** A store may parse only now what is said to be JSON. */
function dataOf(recorded: RecordedEvent): unknown {
  try {
    return recorded.data;
  } catch {
    throw new MalformedEventError(recorded, 'its data must be JSON');
  }
}
