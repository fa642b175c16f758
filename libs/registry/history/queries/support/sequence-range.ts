import type { ReadStreamOptions } from '#libs/engine/event-store/port/event-store.js';

/** The highest revision that an event store can count to. */
const LAST_REVISION = 2n ** 63n - 1n;

/**
 * Which part of a stream comes behind a sequence, read in the wanted direction. An event's sequence is the version of
 * its stream right after it: one more than its revision.
 *
 * @param sequence the last one that has been seen; 0: none
 * @returns undefined when nothing can come behind it
 */
export function sequenceRange(sequence: bigint, ascending: boolean): ReadStreamOptions | undefined {
  if (ascending) return sequence > LAST_REVISION ? undefined : { direction: 'forwards', from: sequence };
  if (sequence === 0n || sequence > LAST_REVISION) return { direction: 'backwards' };
  return sequence === 1n ? undefined : { direction: 'backwards', from: sequence - 2n };
}
