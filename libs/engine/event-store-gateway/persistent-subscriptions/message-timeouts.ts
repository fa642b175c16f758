/** EventStoreDB looks this often for messages that have timed out. */
export const TIMEOUT_LOOK_MS = 1_000;

/** When a message was delivered, and until when it must be settled. */
export interface TimedDelivery {
  /** In milliseconds since 1970, like all times here. */
  deliveredAt: number;
  deadline: number;
  /** How many looks had been made before it was delivered. */
  deliveredAtLook: number;
}

/**
 * Says which messages were not settled in time, and looks for them once a second, as EventStoreDB does.
 *
 * A message that was delivered since the last look is left to the next one. So a consumer that collects its
 * acknowledgements for a moment gets nothing twice, however short the message timeout is.
 */
export class MessageTimeouts {
  #looks = 0;
  #nextLook: number;

  /** @param messageTimeoutMs 0: nothing times out */
  constructor(
    private readonly messageTimeoutMs: number,
    now: number,
  ) {
    this.#nextLook = now + TIMEOUT_LOOK_MS;
  }

  /** Writes into a message that it is delivered now. */
  begin(delivery: TimedDelivery, now: number): void {
    delivery.deliveredAt = now;
    delivery.deadline = this.messageTimeoutMs > 0 ? now + this.messageTimeoutMs : Number.POSITIVE_INFINITY;
    delivery.deliveredAtLook = this.#looks;
  }

  /** Whether it is time to look. */
  isDue(now: number): boolean {
    return now >= this.#nextLook;
  }

  /** Whether a message has timed out, at this look. */
  isOverdue({ deadline, deliveredAtLook }: TimedDelivery, now: number): boolean {
    return deadline <= now && deliveredAtLook < this.#looks;
  }

  /** Ends a look. What it has delivered again counts as delivered before it, and can be overdue at the next one. */
  looked(now: number): void {
    this.#looks += 1;
    this.#nextLook = now + TIMEOUT_LOOK_MS;
  }
}
