import type { GroupRecord } from './group-definition.js';

/** The checkpoint of a group, in memory and on disk. */
export class GroupProgress {
  #checkpoint: bigint | undefined;
  #lastWritten: bigint | undefined;

  constructor(private readonly stored: GroupRecord) {
    this.#checkpoint = stored.checkpoint;
    this.#lastWritten = stored.checkpoint;
  }

  /** The group with its current checkpoint, to be stored. */
  get record(): GroupRecord {
    return { ...this.stored, checkpoint: this.#checkpoint };
  }

  /** The checkpoint on disk; undefined before the first one. */
  get lastWritten(): bigint | undefined {
    return this.#lastWritten;
  }

  /** Moves the checkpoint to a settled position. Returns whether it changed. */
  advanceTo(position: bigint): boolean {
    if (position === (this.#checkpoint ?? this.stored.origin)) return false;
    this.#checkpoint = position;
    return true;
  }

  /** A checkpoint has been written to disk. */
  written(checkpoint: bigint | undefined): void {
    this.#lastWritten = checkpoint;
  }
}
