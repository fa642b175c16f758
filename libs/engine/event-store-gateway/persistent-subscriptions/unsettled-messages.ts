import type { Progress } from './checkpoint-timing.js';
import type { Message } from './consumer-messages.js';

/** The messages of a group that are not settled yet: those it has read, and parked ones that are replayed. */
export class UnsettledMessages<E> {
  /** Both in the order in which they were read. */
  readonly #messages = new Set<Message<E>>();
  readonly #replays = new Set<Message<E>>();
  #bytes = 0;

  /** How many they are. */
  get size(): number {
    return this.#messages.size + this.#replays.size;
  }

  /** How many bytes they hold. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The first parked message that is replayed; undefined: there is none. */
  get firstReplay(): bigint | undefined {
    const [first] = this.#replays;
    return first?.parkedAt;
  }

  /** How far everything is settled, when everything up to `read` has been read. */
  progress(read: Progress): Progress {
    const [first] = this.#messages;
    return first?.before ?? read;
  }

  add(message: Message<E>): void {
    this.#setOf(message).add(message);
    this.#bytes += message.bytes;
  }

  /** Does nothing when the message is settled already. */
  settle(message: Message<E>): void {
    if (this.#setOf(message).delete(message)) this.#bytes -= message.bytes;
  }

  #setOf({ parkedAt }: Message<E>): Set<Message<E>> {
    return parkedAt === undefined ? this.#messages : this.#replays;
  }
}
