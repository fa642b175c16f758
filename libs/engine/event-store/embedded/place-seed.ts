/** An odd number with well distributed bits: seeds of neighbouring segments are far apart. */
const SPREAD = 0x9e3779b1;

/**
 * The initial value of a checksum at a place in the log: the same bytes elsewhere have another checksum. So a copy of a
 * record inside the data of another, or one that the disk has written to a wrong place, is not taken for a record.
 *
 * @param firstPosition of the segment
 * @param offset in the segment, in bytes
 */
export function placeSeed(firstPosition: number, offset: number): number {
  return (Math.imul(firstPosition | 0, SPREAD) + offset) >>> 0;
}
