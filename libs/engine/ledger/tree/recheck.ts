import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { leafHash } from '#libs/engine/transparency/merkle/hashes.js';
import { KeptHashes } from './kept-hashes.js';
import { leafOf } from './leaf.js';

/** What a recheck compares. */
export interface RecheckParts {
  /** Reads the log from its beginning to its present end. */
  readonly again: () => AsyncIterable<RecordedEvent>;
  readonly isDomainEvent: (event: RecordedEvent) => boolean;
  /** The folder of the tree's files, and the size of the last checkpoint. */
  readonly treeFolder: string;
  readonly signedSize: () => number;
}

/** Reads the log again and again, a few events at a time, and compares them with what was signed. */
export class Recheck {
  #events: AsyncIterator<RecordedEvent> | undefined;
  #kept: KeptHashes | undefined;
  #size = 0;
  #index = 0;

  constructor(private readonly parts: RecheckParts) {}

  /** Compares the next events. @returns false: one is not what was signed, or is gone */
  async next(count: number): Promise<boolean> {
    if (this.#events === undefined) this.#begin();
    for (let read = 0; read < count; read += 1) {
      const next = await this.#events?.next();
      if (next === undefined || next.done || this.#index === this.#size) {
        const isWhole = this.#index === this.#size;
        await this.stop();
        return isWhole;
      }
      if (!this.parts.isDomainEvent(next.value)) continue;
      if (this.#kept?.hash(0, this.#index)?.equals(leafHash(leafOf(next.value))) !== true) return false;
      this.#index += 1;
    }
    return true;
  }

  /** Ends the reading; the next one begins at the beginning. */
  async stop(): Promise<void> {
    const events = this.#events;
    this.#events = undefined;
    await events?.return?.();
  }

  #begin(): void {
    this.#events = this.parts.again()[Symbol.asyncIterator]();
    this.#size = this.parts.signedSize();
    this.#kept = new KeptHashes(this.parts.treeFolder, this.#size);
    this.#index = 0;
  }
}
