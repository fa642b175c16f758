/** The smallest of the numbers, or `whenNone` if there are none. */
export function lowest(numbers: readonly bigint[], whenNone: bigint): bigint {
  let least: bigint | undefined;
  for (const number of numbers) if (least === undefined || number < least) least = number;
  return least ?? whenNone;
}
