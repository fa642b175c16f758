import type { ReadStreamOptions } from '#libs/engine/event-store/port/event-store.js';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';

/**
 * Which part of a stream comes behind a sequence, read in the wanted direction. An event's sequence is the version of
 * its stream right after it: one more than its revision.
 *
 * @param sequence the last one that has been seen; 0: none
 * @returns undefined when nothing can come behind it
 */
export function sequenceRange(sequence: bigint, ascending: boolean): ReadStreamOptions | undefined {
  if (ascending) return sequence > MAX_INT64 ? undefined : { direction: 'forwards', from: sequence };
  if (sequence === 0n || sequence > MAX_INT64) return { direction: 'backwards' };
  return sequence === 1n ? undefined : { direction: 'backwards', from: sequence - 2n };
}
