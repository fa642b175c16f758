import type { Lane } from './lane.js';

/** Lanes with something to deliver: those whose subjects wait take a part of the places only. */
export class ReadyLanes {
  #fresh: Lane[] = [];
  #waiting: Lane[] = [];
  #waitingUnderWay = 0;

  get isEmpty(): boolean {
    return this.#fresh.length === 0 && this.#waiting.length === 0;
  }

  /** A lane is ready whose subject waits. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  push(lane: Lane): void {
    (lane.waiting === undefined ? this.#fresh : this.#waiting).push(lane);
  }

  /**
   * The lane that is served next; undefined: there is none. The caller calls `served` when it has been.
   *
   * @param places how many deliveries may be under way
   * @param isWaitingFirst subjects that wait come first, whatever their part
   */
  shift(places: number, isWaitingFirst: boolean): { readonly lane: Lane; readonly served: () => void } | undefined {
    const share = this.#fresh.length > 0 ? places / 4 : Math.max(1, (places * 3) / 4);
    const isTheirTurn = isWaitingFirst || this.#waitingUnderWay < Math.floor(share);
    const lane = isTheirTurn ? this.#waiting.shift() : undefined;
    if (lane === undefined) {
      const fresh = this.#fresh.shift();
      return fresh && { lane: fresh, served: () => undefined };
    }
    this.#waitingUnderWay += 1;
    return { lane, served: () => (this.#waitingUnderWay -= 1) };
  }
}
