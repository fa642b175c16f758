/**
 * So many of the newest events, at least, are found by their ids, whatever was expected when they were written. Twice as
 * many take 8 MiB, which is what EventStoreDB keeps ids in, in memory as well.
 */
export const MIN_RECENT_IDS = 32_768;

type Positions = Map<string, bigint>;

/**
 * Where the ids of the newest events were written first. Nothing is kept before it is filled: as long as every append
 * expects a revision, which the domain's do, ids are not asked for and cost nothing.
 */
export class RecentIds {
  /** Two generations, of which the older one is dropped as a whole: dropping single ids would slow the map down. */
  #newer: Positions | undefined;
  #older: Positions = new Map();

  get filled(): boolean {
    return this.#newer !== undefined;
  }

  /** Takes in the newest events of the log, in pages, the oldest first. */
  async fill(pages: AsyncIterable<readonly { readonly id: string; readonly position: bigint }[]>): Promise<void> {
    const positions: Positions = new Map();
    for await (const page of pages) {
      for (const { id, position } of page) if (!positions.has(id)) positions.set(id, position);
    }
    this.#newer = positions;
  }

  /** Takes in the event that follows those already here. */
  add(id: string, position: bigint): void {
    if (this.#newer === undefined || this.has(id)) return;
    if (this.#newer.size >= MIN_RECENT_IDS) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(id, position);
  }

  has(id: string): boolean {
    return this.positionOf(id) !== undefined;
  }

  /** The position of the first of the newest events that has this id. */
  positionOf(id: string): bigint | undefined {
    return this.#older.get(id) ?? this.#newer?.get(id);
  }

  /** Forgets everything: it must be filled again. */
  clear(): void {
    this.#newer = undefined;
    this.#older = new Map();
  }
}
