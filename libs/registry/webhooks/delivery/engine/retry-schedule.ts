import { waitAfter } from '#libs/engine/kernel/back-off.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How long deliveries of one subject are tried before they are parked. */
export const PARK_AFTER_MS = 3 * DAY_MS;

/** After so long without a successful delivery a webhook is paused. */
export const PAUSE_AFTER_MS = 5 * DAY_MS;

/** The waits before the next attempt for a subject whose delivery has failed. */
const SUBJECT_WAITS = { firstMs: 2_000, longestMs: 60 * MINUTE_MS };

/** The waits before the next attempt at an endpoint that is away. */
const AWAY_WAITS = { firstMs: 1_000, longestMs: 5 * MINUTE_MS };

/** The waits before the next attempt at an endpoint that answers, and refuses everything. */
const REFUSING_WAITS = { firstMs: 1_000, longestMs: 5_000 };

/**
 * The wait before the next attempt for a subject, in milliseconds.
 *
 * @param failures in a row, from 1
 * @param retryAfterMs what the receiver has asked for
 */
export function subjectWait(failures: number, retryAfterMs = 0, random = Math.random()): number {
  return Math.max(waitAfter(failures, random, SUBJECT_WAITS), retryAfterMs);
}

/** The wait before the next attempt at an endpoint that accepts nothing, in milliseconds. @param failures in a row */
export function endpointWait(failures: number, isAway: boolean, random = Math.random()): number {
  return waitAfter(failures, random, isAway ? AWAY_WAITS : REFUSING_WAITS);
}
