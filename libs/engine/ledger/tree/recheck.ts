import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { LedgerTree } from './ledger-tree.js';

/** What a recheck compares. */
export interface RecheckParts {
  /** Reads the log from its beginning to its present end. */
  readonly again: () => AsyncIterable<RecordedEvent>;
  readonly isDomainEvent: (event: RecordedEvent) => boolean;
  /** The folder of the tree's files, and the size of the last checkpoint. */
  readonly treeFolder: string;
  readonly signedSize: () => number;
}

/** Reads the log again and again, a few events at a time, and compares them and the ledger's files with each other. */
export class Recheck {
  #events: AsyncIterator<RecordedEvent> | undefined;
  #tree: LedgerTree | undefined;
  #size = 0;

  constructor(private readonly parts: RecheckParts) {}

  /**
   * Compares the next events.
   *
   * @returns false: one is not what was signed, or is gone, or the files are not what they were
   */
  async next(count: number): Promise<boolean> {
    const tree = this.#tree ?? this.#begin();
    for (let read = 0; read < count; read += 1) {
      // What follows the signed events is not read: it may be being written.
      const next = tree.size === this.#size ? undefined : await this.#events?.next();
      if (next === undefined || next.done) {
        const isWhole = tree.size === this.#size && tree.agrees();
        await this.stop();
        return isWhole;
      }
      if (this.parts.isDomainEvent(next.value)) tree.add(next.value);
    }
    return tree.agrees();
  }

  /** Ends the reading; the next one begins at the beginning. */
  async stop(): Promise<void> {
    const events = this.#events;
    this.#events = undefined;
    this.#tree?.close();
    this.#tree = undefined;
    await events?.return?.();
  }

  #begin(): LedgerTree {
    this.#size = this.parts.signedSize();
    this.#events = this.parts.again()[Symbol.asyncIterator]();
    this.#tree = new LedgerTree(this.parts.treeFolder, this.#size, 'compare');
    return this.#tree;
  }
}
