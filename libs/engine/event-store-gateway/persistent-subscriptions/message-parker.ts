import type { ResolvedEvent } from '../resolved-event.js';
import type { Message } from './consumer-group-types.js';
import type { ParkedStream } from './parked-stream.js';

/** A consumer sends a nack and a replay request in two calls; the replay may overtake the nack by this much. */
const NACK_TRANSIT_MS = 100;

/** Writes messages to the parked stream, and keeps those that could not be written. */
export class MessageParker {
  readonly #underWay = new Set<Promise<void>>();
  #failed: Message<ResolvedEvent>[] = [];

  constructor(private readonly parked: ParkedStream) {}

  /**
   * Parks a message. Calls `ended` when it is on disk, or with the error of the write.
   *
   * @param now in milliseconds since 1970
   */
  park(message: Message<ResolvedEvent>, reason: string, now: number, ended: (error?: unknown) => void): void {
    const parking = this.parked
      .park(message.event, reason, now)
      .then(
        () => ended(),
        (error: unknown) => {
          this.#failed.push(message);
          ended(error);
        },
      )
      .finally(() => this.#underWay.delete(parking));
    this.#underWay.add(parking);
  }

  /** Returns the messages that could not be written, and forgets them. */
  takeFailed(): readonly Message<ResolvedEvent>[] {
    const failed = this.#failed;
    this.#failed = [];
    return failed;
  }

  /** Like {@link drain}, but first waits for nacks that consumers have just sent. */
  async drainWithNacksInTransit(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, NACK_TRANSIT_MS));
    await this.drain();
  }

  /** Resolves when all writes have ended, successfully or not. */
  async drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}
