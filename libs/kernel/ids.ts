import type { Clock } from './clock.js';

/** Answers a new id each time it is called. */
export type IdGenerator = () => string;

/** Ids count milliseconds from 2015-01-01 UTC, so that they have 19 digits from 2022 until 2084. */
export const ID_EPOCH_MS = Date.UTC(2015, 0, 1);

/** Highest node number: ten bits of every id. */
export const MAX_NODE = 1023;

const MAX_SEQUENCE = 4095; // twelve bits: ids of one node in one millisecond
const NODE_SHIFT = 12n;
const TIME_SHIFT = 22n;

/**
 * Makes decimal ids that sort by time: 41 bits of milliseconds, 10 bits of node, 12 bits of sequence (the layout
 * that Twitter's Snowflake made known). Within a node they ascend strictly, also when the clock steps back or more
 * than 4,096 are drawn in one millisecond: the generator then runs ahead of the clock.
 *
 * @param clock where the time comes from
 * @param node 0 to 1023; two processes that write to one event store should differ in it. Should they not, a
 *   collision is refused by the event store's expected revision and loses nothing.
 */
export function idGenerator(clock: Clock, node: number): IdGenerator {
  if (!Number.isInteger(node) || node < 0 || node > MAX_NODE) {
    throw new RangeError(`node must be an integer from 0 to ${MAX_NODE} (got ${node})`);
  }
  const nodeBits = BigInt(node) << NODE_SHIFT;
  let time = 0;
  let timeBits = nodeBits;
  let sequence = 0;
  const moveTo = (next: number) => {
    time = next;
    timeBits = (BigInt(next) << TIME_SHIFT) | nodeBits;
    sequence = 0;
  };
  return () => {
    const now = clock() - ID_EPOCH_MS;
    if (now > time) {
      moveTo(now);
    } else if (sequence < MAX_SEQUENCE) {
      sequence += 1;
    } else {
      moveTo(time + 1);
    }
    return (timeBits | BigInt(sequence)).toString();
  };
}
