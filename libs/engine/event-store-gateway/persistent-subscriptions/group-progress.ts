import type { GroupRecord } from './group-definition.js';

/** How far a group has settled what it reads, in memory and on disk. */
export class GroupProgress {
  #checkpoint: bigint | undefined;
  #lastWritten: bigint | undefined;

  constructor(private readonly kept: GroupRecord) {
    this.#checkpoint = kept.checkpoint;
    this.#lastWritten = kept.checkpoint;
  }

  /** The group as it is to be kept now. */
  get record(): GroupRecord {
    return { ...this.kept, checkpoint: this.#checkpoint };
  }

  /** The checkpoint that is on disk; undefined: none. */
  get lastWritten(): bigint | undefined {
    return this.#lastWritten;
  }

  /** Everything up to this place is settled; says whether that is further than the checkpoint, which it becomes. */
  settle(place: bigint): boolean {
    if (place === (this.#checkpoint ?? this.kept.origin)) return false;
    this.#checkpoint = place;
    return true;
  }

  /** A checkpoint is on disk. */
  written(checkpoint: bigint | undefined): void {
    this.#lastWritten = checkpoint;
  }
}
