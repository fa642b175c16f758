/** When a consumer group writes a checkpoint; see {@link CheckpointPolicy}. */
export interface CheckpointSettings {
  readonly minCheckpointCount: number;
  readonly maxCheckpointCount: number;
  readonly checkpointAfterMs: number;
}

/** How far a consumer group has settled its source. */
export interface Progress {
  /** Position of the last settled event: a stream revision, or a position of $all. */
  readonly position: bigint;
  /** Number of events up to this position. */
  readonly sequence: number;
}

/**
 * Decides when a checkpoint is due, by EventStoreDB's rule: every `checkpointAfterMs` if at least `minCheckpointCount`
 * events were settled since the last checkpoint, and immediately when more than `maxCheckpointCount` were.
 */
export class CheckpointPolicy {
  #sequence = 0;
  #nextTime: number;

  constructor(
    private readonly settings: CheckpointSettings,
    now: number,
  ) {
    this.#nextTime = now + settings.checkpointAfterMs;
  }

  /** Returns the position to write as a checkpoint; undefined when none is due. */
  due({ position, sequence }: Progress, now: number): bigint | undefined {
    const done = sequence - this.#sequence;
    const isTime = now >= this.#nextTime;
    if (isTime) this.#nextTime = now + this.settings.checkpointAfterMs;
    const enough = isTime
      ? Math.max(1, this.settings.minCheckpointCount)
      : Math.max(1, this.settings.maxCheckpointCount + 1);
    if (done < enough) return undefined;
    this.#sequence = sequence;
    return position;
  }

  /** Whether a checkpoint can become due by the passing of time alone. */
  mayBecomeDue({ sequence }: Progress): boolean {
    return sequence - this.#sequence >= Math.max(1, this.settings.minCheckpointCount);
  }
}
