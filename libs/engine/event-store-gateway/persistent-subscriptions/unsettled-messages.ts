import type { Progress } from './checkpoint-policy.js';
import type { Message } from './consumer-group-types.js';

/** The messages of a group that are not settled: those read from its source, and replayed parked messages. */
export class UnsettledMessages<E> {
  /** Both sets are in read order. */
  readonly #messages = new Set<Message<E>>();
  readonly #replays = new Set<Message<E>>();
  #bytes = 0;

  get size(): number {
    return this.#messages.size + this.#replays.size;
  }

  /** Size of all messages, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Parked-stream revision of the first replayed message; undefined if there is none. */
  get firstReplay(): bigint | undefined {
    const [first] = this.#replays;
    return first?.parkedRevision;
  }

  /** The progress up to the first unsettled message; `read` if there is none. */
  progress(read: Progress): Progress {
    const [first] = this.#messages;
    return first?.before ?? read;
  }

  add(message: Message<E>): void {
    this.#setOf(message).add(message);
    this.#bytes += message.bytes;
  }

  /** Does nothing if the message is already settled. */
  settle(message: Message<E>): void {
    if (this.#setOf(message).delete(message)) this.#bytes -= message.bytes;
  }

  #setOf({ parkedRevision }: Message<E>): Set<Message<E>> {
    return parkedRevision === undefined ? this.#messages : this.#replays;
  }
}
