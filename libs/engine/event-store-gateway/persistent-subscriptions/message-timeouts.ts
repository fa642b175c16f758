/** EventStoreDB checks for timed-out messages this often. */
export const TIMEOUT_CHECK_INTERVAL_MS = 1_000;

/** The delivery of a message, and the deadline for its ack. */
export interface TimedDelivery {
  /** In milliseconds since 1970, like all times here. */
  deliveredAt: number;
  deadline: number;
  /** Number of checks before the delivery. */
  deliveredAtCheck: number;
}

/**
 * Finds the messages that have timed out, with one check a second, as EventStoreDB does.
 *
 * A message that was delivered since the last check times out at the next one at the earliest. A consumer that batches
 * its acks for a moment therefore gets nothing twice, however short the message timeout is.
 */
export class MessageTimeouts {
  #checks = 0;
  #nextCheck: number;

  /** @param messageTimeoutMs 0: nothing times out */
  constructor(
    private readonly messageTimeoutMs: number,
    now: number,
  ) {
    this.#nextCheck = now + TIMEOUT_CHECK_INTERVAL_MS;
  }

  /** Marks a message as delivered now. */
  begin(delivery: TimedDelivery, now: number): void {
    delivery.deliveredAt = now;
    delivery.deadline = this.messageTimeoutMs > 0 ? now + this.messageTimeoutMs : Number.POSITIVE_INFINITY;
    delivery.deliveredAtCheck = this.#checks;
  }

  /** Whether a check is due. */
  isDue(now: number): boolean {
    return now >= this.#nextCheck;
  }

  /** Whether a message has timed out, at the current check. */
  isTimedOut({ deadline, deliveredAtCheck }: TimedDelivery, now: number): boolean {
    return deadline <= now && deliveredAtCheck < this.#checks;
  }

  /** Ends a check. Messages that it delivered again can time out at the next one. */
  checked(now: number): void {
    this.#checks += 1;
    this.#nextCheck = now + TIMEOUT_CHECK_INTERVAL_MS;
  }
}
