/**
 * So many of the newest events are found by their ids, whatever was expected when they were written: 4 MiB. EventStoreDB
 * keeps as many bytes of them, in memory as well.
 */
export const MAX_RECENT_IDS = 32_768;

/** An event's id and its position. */
interface Identified {
  readonly id: string;
  readonly position: bigint;
}

/**
 * Where the ids of the newest events were written first. Nothing is kept before it is filled: as long as every append
 * expects a revision, which the domain's do, ids are not asked for and cost nothing.
 */
export class RecentIds {
  #positions: Map<string, bigint> | undefined;

  get filled(): boolean {
    return this.#positions !== undefined;
  }

  /** Takes in the newest events of the log, in pages, the oldest first. */
  async fill(pages: AsyncIterable<readonly Identified[]>): Promise<void> {
    const positions = new Map<string, bigint>();
    for await (const page of pages) take(positions, page);
    this.#positions = positions;
  }

  /** Takes in the events that follow those already here. */
  add(events: readonly Identified[]): void {
    if (this.#positions !== undefined) take(this.#positions, events);
  }

  /** The position of the first of the newest events that has this id. */
  positionOf(id: string): bigint | undefined {
    return this.#positions?.get(id);
  }

  /** Forgets everything: it must be filled again. */
  clear(): void {
    this.#positions = undefined;
  }
}

/** A map gives its keys in the order in which they came, so the oldest is the first. */
function take(positions: Map<string, bigint>, events: readonly Identified[]): void {
  for (const { id, position } of events) if (!positions.has(id)) positions.set(id, position);
  for (const oldest of positions.keys()) {
    if (positions.size <= MAX_RECENT_IDS) return;
    positions.delete(oldest);
  }
}
