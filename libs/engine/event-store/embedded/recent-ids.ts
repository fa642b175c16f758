/**
 * The least number of newest events that are found by their ids, whatever revision their appends expected. Twice as
 * many take 8 MiB of memory, as much as EventStoreDB's cache of ids.
 */
export const MIN_RECENT_IDS = 32_768;

type Positions = Map<string, bigint>;

/**
 * The positions of the first events with the ids of the newest events. It is empty until it is filled: as long as every
 * append expects a revision, as the domain's do, no id is looked up and ids cost nothing.
 */
export class RecentIds {
  /** The newer of two generations. The older one is dropped as a whole: deleting single ids would slow the map down. */
  #newer: Positions | undefined;
  #older: Positions = new Map();

  get filled(): boolean {
    return this.#newer !== undefined;
  }

  /** Adds the newest events of the log, in pages, the oldest first. */
  async fill(pages: AsyncIterable<readonly { readonly id: string; readonly position: bigint }[]>): Promise<void> {
    const positions: Positions = new Map();
    for await (const page of pages) {
      for (const { id, position } of page) if (!positions.has(id)) positions.set(id, position);
    }
    this.#newer = positions;
  }

  /** Adds the event that follows those already added. */
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

  /** The position of the first of the newest events with this id. */
  positionOf(id: string): bigint | undefined {
    return this.#older.get(id) ?? this.#newer?.get(id);
  }

  /** Removes all ids: it must be filled again. */
  clear(): void {
    this.#newer = undefined;
    this.#older = new Map();
  }
}
