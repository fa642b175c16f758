import type { ResolvedEvent } from '../recorded-event.js';
import type { Message } from './consumer-messages.js';
import type { ParkedMessages } from './parked-messages.js';

/** A consumer refuses messages in one call and asks for a replay in another, which may arrive first by as much. */
const OVERTAKING_MS = 100;

/** Messages that a group gives up on, on their way to the disk. */
export class Parking {
  readonly #underWay = new Set<Promise<void>>();
  #failed: Message<ResolvedEvent>[] = [];

  constructor(private readonly parked: ParkedMessages) {}

  /**
   * Parks a message. Calls `ended` when it is on disk, or with the error that it could not get there by.
   *
   * @param now in milliseconds since 1970
   */
  begin(message: Message<ResolvedEvent>, reason: string, now: number, ended: (error?: unknown) => void): void {
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

  /** Hands out those that could not be parked. */
  takeFailed(): readonly Message<ResolvedEvent>[] {
    const failed = this.#failed;
    this.#failed = [];
    return failed;
  }

  /** Resolves when all are on disk or have failed, with those that consumers have sent just now. */
  async doneWithWhatWasSent(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, OVERTAKING_MS));
    await this.done();
  }

  /** Resolves when all are on disk or have failed. */
  async done(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}
