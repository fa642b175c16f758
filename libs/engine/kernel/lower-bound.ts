/**
 * The first index of a sorted list at which a condition no longer holds, found by binary search.
 *
 * @param length of the list
 * @param isBefore answers whether the item at an index is before the wanted place; true for all before it, false from
 *   there on
 * @returns 0 to `length`; `length` if every item is before the place
 */
export function lowerBound(length: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
