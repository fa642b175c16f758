/** A queue with a line of items for each owner. It serves the owners round-robin, so a long line delays no other owner. */
export class FairQueue<T> {
  /** By owner, in the order in which the owners are served next. */
  readonly #lines = new Map<string, T[]>();
  #size = 0;

  /** The number of waiting items. */
  get size(): number {
    return this.#size;
  }

  /** The number of waiting items of an owner. */
  sizeOf(owner: string): number {
    return this.#lines.get(owner)?.length ?? 0;
  }

  /** Adds an item at the end of its owner's line. */
  push(owner: string, item: T): void {
    const line = this.#lines.get(owner);
    if (line === undefined) this.#lines.set(owner, [item]);
    else line.push(item);
    this.#size += 1;
  }

  /** Removes the next item and returns it; undefined when the queue is empty. */
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

  /** Removes an item before it is served. Does nothing if it is not in the queue. */
  remove(owner: string, item: T): void {
    const line = this.#lines.get(owner);
    const place = line?.indexOf(item) ?? -1;
    if (line === undefined || place < 0) return;
    line.splice(place, 1);
    this.#size -= 1;
    if (line.length === 0) this.#lines.delete(owner);
  }
}
