/** Items that wait, in a line for each owner. The owners take turns, so that nobody waits for another one's long line. */
export class FairQueue<T> {
  /** In the order of the owners' turns. */
  readonly #lines = new Map<string, T[]>();
  #size = 0;

  /** How many items wait. */
  get size(): number {
    return this.#size;
  }

  /** How many items of an owner wait. */
  sizeOf(owner: string): number {
    return this.#lines.get(owner)?.length ?? 0;
  }

  /** Puts an item at the end of its owner's line. */
  push(owner: string, item: T): void {
    const line = this.#lines.get(owner);
    if (line === undefined) this.#lines.set(owner, [item]);
    else line.push(item);
    this.#size += 1;
  }

  /** Takes the next item; undefined when none waits. */
  shift(): T | undefined {
    const [next] = this.#lines;
    if (next === undefined) return undefined;
    const [owner, line] = next;
    const item = line.shift();
    this.#size -= 1;
    this.#lines.delete(owner);
    if (line.length > 0) this.#lines.set(owner, line);
    return item;
  }

  /** Takes an item out that waits no longer; one that is not there changes nothing. */
  remove(owner: string, item: T): void {
    const line = this.#lines.get(owner);
    const place = line?.indexOf(item) ?? -1;
    if (line === undefined || place < 0) return;
    line.splice(place, 1);
    this.#size -= 1;
    if (line.length === 0) this.#lines.delete(owner);
  }
}
