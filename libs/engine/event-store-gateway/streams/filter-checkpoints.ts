import type { ReadFilter, WirePosition } from './read-request.js';

/** While catching up, EventStoreDB ends a window after this many matches. */
const MAX_MATCHES_IN_WINDOW = 32;

/**
 * The checkpoints of a filtered subscription, sent as EventStoreDB sends them: after each checkpoint interval of
 * events.
 *
 * While catching up, events are read in windows. The checkpoint of a window with matches is the last match. That of a
 * window without matches is the start of the window with prepare position 0, so that a subscription from there reads
 * the window again. Once live, every event counts, and the checkpoint is the latest event.
 */
export class FilterCheckpoints {
  #sinceCheckpoint = 0;
  #inWindow = 0;
  #matchesInWindow = 0;
  #windowStart: bigint | undefined;
  #lastMatch: bigint | undefined;

  constructor(private readonly filter: Pick<ReadFilter, 'window' | 'checkpointInterval'>) {}

  /** Counts an event read while catching up. Returns the checkpoint to send after it, if any. */
  catchingUp(position: bigint, matched: boolean): WirePosition | undefined {
    this.#windowStart ??= position;
    this.#inWindow += 1;
    if (matched) {
      this.#matchesInWindow += 1;
      this.#lastMatch = position;
    }
    if (this.#inWindow < this.filter.window && this.#matchesInWindow < MAX_MATCHES_IN_WINDOW) return undefined;
    const told =
      this.#lastMatch === undefined ? windowStartCheckpoint(this.#windowStart) : checkpointAt(this.#lastMatch);
    this.#endWindow();
    if (this.#sinceCheckpoint < this.filter.checkpointInterval) return undefined;
    this.#sinceCheckpoint %= this.filter.checkpointInterval;
    return told;
  }

  /** Ends catching up: the events of the unfinished window count towards the next checkpoint. */
  caughtUp(): void {
    this.#endWindow();
  }

  /** Counts a live event. Returns the checkpoint to send after it, if any. */
  live(position: bigint): WirePosition | undefined {
    this.#sinceCheckpoint += 1;
    if (this.#sinceCheckpoint < this.filter.checkpointInterval) return undefined;
    this.#sinceCheckpoint = 0;
    return checkpointAt(position);
  }

  #endWindow(): void {
    this.#sinceCheckpoint += this.#inWindow;
    this.#inWindow = 0;
    this.#matchesInWindow = 0;
    this.#windowStart = undefined;
    this.#lastMatch = undefined;
  }
}

/**
 * The first position that a subscription from a checkpoint reads: the next one, or the checkpoint itself if it is the
 * start of a window.
 */
export function positionAfter({ commit, prepare }: WirePosition): bigint {
  return prepare < commit ? commit : commit + 1n;
}

function checkpointAt(position: bigint): WirePosition {
  return { commit: position, prepare: position };
}

function windowStartCheckpoint(position: bigint): WirePosition {
  return { commit: position, prepare: 0n };
}
