/**
 * The newest of the items that arrive, numbered from 0 in the order of their arrival: a reader keeps the number of its
 * next item, and finds out when that one is no longer kept.
 */
export class NewestItems<Item> {
  readonly #kept: Item[] = [];
  #dropped = 0;

  /** The number of the next item to arrive. */
  get end(): number {
    return this.#dropped + this.#kept.length;
  }

  /** The number of the items that are kept. */
  get length(): number {
    return this.#kept.length;
  }

  /** The number of the oldest item that is kept. */
  get begin(): number {
    return this.#dropped;
  }

  /** The newest item; undefined: none is kept. */
  get last(): Item | undefined {
    return this.#kept.at(-1);
  }

  /** Whether an item is kept or has not arrived yet. */
  has(number: number): boolean {
    return number >= this.#dropped;
  }

  /** An item; undefined: it is not kept, or has not arrived yet. */
  at(number: number): Item | undefined {
    return this.#kept[number - this.#dropped];
  }

  add(...items: readonly Item[]): void {
    this.#kept.push(...items);
  }

  /** Drops the oldest items. Returns the newest of those. */
  drop(count = 1): Item | undefined {
    const dropped = this.#kept.splice(0, count);
    this.#dropped += dropped.length;
    return dropped.at(-1);
  }
}
