import { BEFORE_FIRST_POSITION, type RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { Projection } from './projection.js';

/** The largest number of streams that are remembered one by one; each takes a few hundred bytes. */
const MAX_STREAMS = 10_000;

/** The newest events that concern one projection, by stream: its documents may not hold them yet. */
export class PendingEvents {
  readonly #streams = new Map<string, bigint>();
  #last = BEFORE_FIRST_POSITION;
  /** Up to this position any stream may have an event that is not remembered. */
  #untold = BEFORE_FIRST_POSITION;

  constructor(private readonly projection: Projection) {}

  /** Remembers an event if it concerns the projection. */
  note({ stream, type, position }: RecordedEvent): void {
    const { projection } = this;
    if (projection.stepFor(type) === undefined) return;
    if (!projection.streamPrefixes.some((prefix) => stream.startsWith(prefix))) return;
    if (this.#streams.size >= MAX_STREAMS) this.blur(this.#last);
    this.#streams.set(stream, position);
    this.#last = position;
  }

  /** Assumes that any stream may have an event up to this position that concerns the projection. */
  blur(position: bigint): void {
    this.#streams.clear();
    this.#untold = position;
    if (position > this.#last) this.#last = position;
  }

  /** Forgets events that the documents hold. @param reached the checkpoint of the documents */
  forget(reached: bigint): void {
    if (this.#last <= reached) this.#streams.clear();
  }

  /** The position that the documents must have reached to hold every event, or every event of a stream. */
  needed(stream?: string): bigint {
    if (stream === undefined) return this.#last;
    return this.#streams.get(stream) ?? this.#untold;
  }
}
