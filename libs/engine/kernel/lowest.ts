/** The smallest of the numbers, or `whenNone` if there are none. */
export function lowest(numbers: readonly bigint[], whenNone: bigint): bigint {
  let least: bigint | undefined;
  for (const number of numbers) if (least === undefined || number < least) least = number;
  return least ?? whenNone;
}

/** The smaller of two numbers. */
export function lower(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

/** The larger of two numbers. */
export function higher(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
