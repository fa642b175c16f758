import type { Damage } from '../damage.js';
import type { Segment } from './segment.js';
import type { SegmentTail } from './segment-tail.js';

/** The events that are missing at the end of a segment, or between two segments; undefined: none. */
export function missingBetween(segment: Segment, { end, next }: SegmentTail, following: Segment): Damage | undefined {
  const events = following.firstPosition - next;
  if (events === 0 && end === segment.end) return undefined;
  const fault = 'it ends before the next segment begins';
  return { segment: segment.name, offset: end, end: Math.max(end, segment.end), position: next, events, fault };
}
