import { assertClockWithin, type Clock } from './clock.js';

/** Returns a new id with every call. */
export type IdGenerator = () => string;

/** Ids count milliseconds from 2020-01-01 UTC. */
export const ID_EPOCH_MS = Date.UTC(2020, 0, 1);

/** Highest node number: ten bits of every id. */
export const MAX_NODE = 1023;

const MAX_SEQUENCE = 1023; // ten bits: ids of one node in one millisecond
const NODE_SHIFT = 10n;
const TIME_SHIFT = 20n;

const SMALLEST_ID = 10n ** 17n; // the first number of 18 digits
const LARGEST_ID = 10n ** 18n - 1n;

/** The first millisecond in which every id has 18 digits: in January 2023. */
export const FIRST_ID_MS = ID_EPOCH_MS + Number(SMALLEST_ID >> TIME_SHIFT) + 1;

/** The last millisecond in which every id has 18 digits: in March 2050. */
export const LAST_ID_MS = ID_EPOCH_MS + Number(LARGEST_ID >> TIME_SHIFT) - 1;

/**
 * Creates a generator of ids with 18 decimal digits that sort by time: milliseconds, 10 bits of node, 10 bits of
 * sequence (docs/decisions/0017-ids-have-18-digits.md). The ids of one node ascend strictly. When the clock goes back,
 * or more than 1,024 ids are generated in one millisecond, the generator uses the next millisecond and runs ahead of
 * the clock.
 *
 * @param node 0 to 1023; a function is called once in each millisecond with ids. Processes that write to one event
 *   store should have different nodes; if they do not, the event store refuses a collision by its expected revision
 * @throws RangeError the node is out of range, or the ids of the current time would not have 18 digits. The generator
 *   throws it too.
 */
export function idGenerator(clock: Clock, node: number | (() => number)): IdGenerator {
  const nodeBits = typeof node === 'number' ? constant(bitsOf(node)) : () => bitsOf(node());
  let time = 0;
  let timeBits = 0n;
  let sequence = 0;
  const moveTo = (next: number) => {
    assertClockWithin(next, FIRST_ID_MS, LAST_ID_MS);
    time = next;
    timeBits = (BigInt(next - ID_EPOCH_MS) << TIME_SHIFT) | nodeBits();
    sequence = 0;
  };
  moveTo(Math.floor(clock()));
  sequence = -1; // The first id has the first sequence.
  return () => {
    const now = Math.floor(clock());
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

function bitsOf(node: number): bigint {
  if (!Number.isInteger(node) || node < 0 || node > MAX_NODE) {
    throw new RangeError(`node must be an integer from 0 to ${MAX_NODE} (got ${node})`);
  }
  return BigInt(node) << NODE_SHIFT;
}

function constant<T>(value: T): () => T {
  return () => value;
}
