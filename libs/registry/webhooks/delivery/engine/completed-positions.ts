/** An event whose delivery is not settled yet. */
export interface OpenEvent {
  readonly position: bigint;
  /** It has been delivered, or is recorded as waiting. */
  isSettled: boolean;
}

/** Up to which position everything is settled, where events settle in any order. */
export class CompletedPositions {
  #events: OpenEvent[] = [];
  #first = 0;
  #open = 0;
  #completed: bigint;
  #passed: bigint;

  /** @param after everything up to this position is settled */
  constructor(after: bigint) {
    this.#completed = after;
    this.#passed = after;
  }

  /** The number of events that are not settled. */
  get open(): number {
    return this.#open;
  }

  /** The number of events from the first that is not settled on. */
  get kept(): number {
    return this.#events.length - this.#first;
  }

  /** Adds the next event. Positions ascend. */
  add(position: bigint): OpenEvent {
    const event = { position, isSettled: false };
    this.#events.push(event);
    this.#open += 1;
    return event;
  }

  /** An event has been delivered, or is recorded as waiting. Call it once. */
  settle(event: OpenEvent): void {
    event.isSettled = true;
    this.#open -= 1;
    for (let next = this.#events[this.#first]; next?.isSettled === true; next = this.#events[this.#first]) {
      this.#completed = next.position;
      this.#first += 1;
    }
    if (this.#first < this.#events.length / 2) return;
    this.#events = this.#events.slice(this.#first);
    this.#first = 0;
  }

  /** Every event up to a position has been added. */
  passed(position: bigint): void {
    this.#passed = position;
  }

  /** Everything up to this position is settled. */
  get position(): bigint {
    return this.kept === 0 && this.#passed > this.#completed ? this.#passed : this.#completed;
  }
}
