import { AppendSize } from '#libs/engine/event-store/embedded/limits.js';
import type { EventBytes } from '#libs/engine/event-store/embedded/record.js';

/** Collects the events of an append, up to the maximum append size. */
export class ProposedEvents {
  readonly #events: EventBytes[] = [];
  readonly #size = new AppendSize();

  get events(): readonly EventBytes[] {
    return this.#events;
  }

  /** Size of data and metadata. */
  get bytes(): number {
    return this.#size.bytes;
  }

  /** @throws AppendTooLargeError */
  add(event: EventBytes): void {
    this.#size.add(event);
    this.#events.push(event);
  }
}
