import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, DocumentReader } from '#libs/read-model/port/read-model.js';

/** How long to wait before the checkpoint is read again: at first short, for most projections are quick. */
const FIRST_WAIT_MS = 2;
const LONGEST_WAIT_MS = 50;

/** How far documents have come that another process writes: their checkpoint, read until it is far enough. */
export class StoredProgress {
  private readonly reached = new Map<string, bigint>();

  constructor(private readonly documents: DocumentReader) {}

  /**
   * Resolves to true as soon as the documents have reached the position, to false when the time is over first.
   *
   * @throws ReadModelUnavailableError
   */
  async waitFor(collection: Collection<object>, position: bigint, timeoutMs: number): Promise<boolean> {
    // What has been reached stays reached, unless the documents are built again: then nothing serves meanwhile.
    if (position <= (this.reached.get(collection.name) ?? -1n)) return true;
    const until = performance.now() + timeoutMs;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const checkpoint = await this.documents.checkpoint(collection);
      this.reached.set(collection.name, checkpoint);
      if (position <= checkpoint) return true;
      const leftMs = until - performance.now();
      if (leftMs <= 0) return false;
      await delay(Math.min(waitMs, leftMs));
    }
  }
}
