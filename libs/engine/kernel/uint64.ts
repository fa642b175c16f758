/** 2^32. */
export const TWO_TO_32 = 4_294_967_296;

/**
 * Writes 64 bits, big-endian. Node's bigint access takes four times as long for numbers that a double represents
 * exactly, as nearly all of these do.
 *
 * @returns the offset after the bytes
 */
export function writeUint64(target: Buffer, value: bigint, start: number): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? writeNumber(target, number, start) : target.writeBigUInt64BE(value, start);
}

/** The same for a whole number that is not negative. */
export function writeNumber(target: Buffer, value: number, start: number): number {
  return target.writeUInt32BE(value >>> 0, target.writeUInt32BE(Math.floor(value / TWO_TO_32), start));
}

/** A bigint as decimal text: that of a number takes less time to make. */
export function decimalText(value: bigint): string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? `${number}` : `${value}`;
}

/** Reads what {@link writeUint64} wrote. */
export function readUint64(source: Buffer, start: number): bigint {
  const number = source.readUInt32BE(start) * TWO_TO_32 + source.readUInt32BE(start + 4);
  return Number.isSafeInteger(number) ? BigInt(number) : source.readBigUInt64BE(start);
}
