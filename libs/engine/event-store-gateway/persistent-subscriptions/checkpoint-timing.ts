/** When a group's progress is remembered; see {@link CheckpointTiming}. */
export interface CheckpointRules {
  readonly minCheckpointCount: number;
  readonly maxCheckpointCount: number;
  readonly checkpointAfterMs: number;
}

/** How far a group is. */
export interface Progress {
  /** The revision or position of the last event that is done with. */
  readonly place: bigint;
  /** How many events that makes. */
  readonly sequence: number;
}

/**
 * Says when a checkpoint is due, by EventStoreDB's rule: every `checkpointAfterMs` if at least `minCheckpointCount`
 * events have been done with since the last one, and at once when more than `maxCheckpointCount` have.
 */
export class CheckpointTiming {
  #sequence = 0;
  #nextTime: number;

  constructor(
    private readonly rules: CheckpointRules,
    now: number,
  ) {
    this.#nextTime = now + rules.checkpointAfterMs;
  }

  /** The place to remember, or undefined when it is not time. */
  due({ place, sequence }: Progress, now: number): bigint | undefined {
    const done = sequence - this.#sequence;
    const isTime = now >= this.#nextTime;
    if (isTime) this.#nextTime = now + this.rules.checkpointAfterMs;
    const enough = isTime ? Math.max(1, this.rules.minCheckpointCount) : Math.max(1, this.rules.maxCheckpointCount + 1);
    if (done < enough) return undefined;
    this.#sequence = sequence;
    return place;
  }

  /** Whether time alone can make a checkpoint due. */
  mayBecomeDue({ sequence }: Progress): boolean {
    return sequence - this.#sequence >= Math.max(1, this.rules.minCheckpointCount);
  }
}
