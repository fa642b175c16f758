import { DocumentsLostError } from '#libs/engine/documents/port/read-model.errors.js';
import type { EventPlace } from './fold.js';
import { OtherLogError } from './log-check.js';

/**
 * `failed`: an event cannot be projected; `lost`: the documents are gone; `foreign`: they are of another log. None of
 * these goes away by trying again.
 */
export type RunnerState = 'starting' | 'catchingUp' | 'live' | 'stopped' | EndState;
/** It has stopped for good. */
export type EndState = 'failed' | 'lost' | 'foreign';

export const END_STATES: ReadonlySet<RunnerState> = new Set<EndState>(['failed', 'lost', 'foreign']);

/** How the building of a generation is doing. */
export interface RunnerStatus {
  readonly state: RunnerState;
  /** Every event up to and including this position is in the documents. */
  readonly position: bigint;
  /** Why it has failed for good, or what it is waiting out now. */
  readonly failure?: { readonly message: string; readonly event?: EventPlace };
}

/** Who is told what happens to a runner. */
export interface RunnerListener {
  /** It has caught up. */
  live(): void;
  /** It has stopped for good. */
  ended(): void;
}

/** How a runner has ended that fails with this error. */
export function endStateOf(error: unknown): EndState {
  if (error instanceof DocumentsLostError) return 'lost';
  return error instanceof OtherLogError ? 'foreign' : 'failed';
}
