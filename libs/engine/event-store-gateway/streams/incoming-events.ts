import { AppendSize } from '#libs/engine/event-store/embedded/limits.js';
import type { EventBytes } from '#libs/engine/event-store/embedded/record.js';

/** The events of an append on their way in. Holds no more than one append may have. */
export class IncomingEvents {
  readonly #events: EventBytes[] = [];
  readonly #size = new AppendSize();

  get events(): readonly EventBytes[] {
    return this.#events;
  }

  /** Of data and metadata. */
  get bytes(): number {
    return this.#size.bytes;
  }

  /** @throws AppendTooLargeError */
  add(event: EventBytes): void {
    this.#size.add(event);
    this.#events.push(event);
  }
}
