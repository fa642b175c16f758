import type { ReadStreamOptions } from '#libs/engine/event-store/port/event-store.js';
import { MAX_INT64 } from '#libs/engine/kernel/int64.js';

/**
 * The part of a stream after a sequence, in the direction of the read. The sequence of an event is its revision plus
 * one.
 *
 * @param sequence the last one that the caller has seen; 0: none
 * @returns undefined when no event can follow
 */
export function sequenceRange(sequence: bigint, ascending: boolean): ReadStreamOptions | undefined {
  if (ascending) return sequence > MAX_INT64 ? undefined : { direction: 'forwards', from: sequence };
  if (sequence === 0n || sequence > MAX_INT64) return { direction: 'backwards' };
  return sequence === 1n ? undefined : { direction: 'backwards', from: sequence - 2n };
}
