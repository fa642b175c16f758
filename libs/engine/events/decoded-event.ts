import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { AnyEvent } from './event-definition.js';
import type { EventMetadata } from './event-metadata.js';

/** The fields of an event that was read, in addition to its type and data. */
interface Place {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** As it was stored: `schemaVersion` is the version in which the event was written. */
  readonly meta: EventMetadata;
}

/** An event that was read and checked. Its data are in the current version of its type, whatever version was stored. */
export type DecodedEvent<E extends AnyEvent = AnyEvent> = E & Place;

/** Takes from the recorded event what few ask for, such as its id, when it is asked for. */
export class DecodedRecord implements DecodedEvent {
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
