import type { ReadFilter, WirePosition } from './read-request.js';

/** While it catches up, EventStoreDB reads at most so many matches at once. */
const MAX_MATCHES_IN_WINDOW = 32;

/**
 * When a filtered subscription tells how far it has looked, and what it tells, as EventStoreDB does it: after each
 * interval of events looked at. While it catches up it looks at one window after another; a window with a match tells
 * of the last one, a window without tells of its own start, with a prepare position of 0, so that a subscription from
 * there looks at the window again. Live, every event counts, wanted or not, and it tells of the last one.
 */
export class Checkpoints {
  #considered = 0;
  #inWindow = 0;
  #matchesInWindow = 0;
  #windowStart: bigint | undefined;
  #lastMatch: bigint | undefined;

  constructor(private readonly filter: Pick<ReadFilter, 'window' | 'checkpointInterval'>) {}

  /** An event looked at while catching up; answers what to tell after it, if anything. */
  catchingUp(position: bigint, matched: boolean): WirePosition | undefined {
    this.#windowStart ??= position;
    this.#inWindow += 1;
    if (matched) {
      this.#matchesInWindow += 1;
      this.#lastMatch = position;
    }
    if (this.#inWindow < this.filter.window && this.#matchesInWindow < MAX_MATCHES_IN_WINDOW) return undefined;
    const told = this.#lastMatch === undefined ? startOf(this.#windowStart) : at(this.#lastMatch);
    this.#endWindow();
    if (this.#considered < this.filter.checkpointInterval) return undefined;
    this.#considered %= this.filter.checkpointInterval;
    return told;
  }

  /** The end has been reached: what was looked at since the last window counts for what comes. */
  caughtUp(): void {
    this.#endWindow();
  }

  /** An event that came live; answers what to tell after it, if anything. */
  live(position: bigint): WirePosition | undefined {
    this.#considered += 1;
    if (this.#considered < this.filter.checkpointInterval) return undefined;
    this.#considered = 0;
    return at(position);
  }

  #endWindow(): void {
    this.#considered += this.#inWindow;
    this.#inWindow = 0;
    this.#matchesInWindow = 0;
    this.#windowStart = undefined;
    this.#lastMatch = undefined;
  }
}

/**
 * The first position that a subscription after a checkpoint looks at: the one behind it, unless the checkpoint is the
 * start of a window.
 */
export function positionAfter({ commit, prepare }: WirePosition): bigint {
  return prepare < commit ? commit : commit + 1n;
}

function at(position: bigint): WirePosition {
  return { commit: position, prepare: position };
}

function startOf(position: bigint): WirePosition {
  return { commit: position, prepare: 0n };
}
