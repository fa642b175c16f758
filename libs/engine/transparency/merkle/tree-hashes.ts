import { EMPTY_ROOT, nodeHash } from './hashes.js';

/**
 * Answers the hash over the 2^height leaves from index · 2^height on. It is asked for complete nodes only.
 *
 * @throws Error the hashes are not there
 */
export type NodeReader = (height: number, index: number) => Uint8Array;

/** The root of the tree of the first `size` leaves (RFC 6962, section 2.1). */
export function rootOf(size: number, node: NodeReader): Uint8Array {
  return size === 0 ? EMPTY_ROOT : rangeHash(0, size, node);
}

/**
 * The audit path of a leaf in the tree of the first `size` leaves (RFC 6962, section 2.1.1), from the leaf upwards.
 *
 * @throws RangeError the tree does not have the leaf
 */
export function inclusionProof(leaf: number, size: number, node: NodeReader): readonly Uint8Array[] {
  if (!(leaf >= 0 && leaf < size)) throw new RangeError(`a tree of ${size} leaves has no leaf ${leaf}`);
  const path: Uint8Array[] = [];
  for (let [start, end] = [0, size]; end - start > 1; ) {
    const middle = start + splitOf(end - start);
    path.unshift(leaf < middle ? rangeHash(middle, end, node) : rangeHash(start, middle, node));
    if (leaf < middle) end = middle;
    else start = middle;
  }
  return path;
}

/**
 * The proof that the tree of the first `older` leaves is the beginning of that of the first `size` (RFC 6962, section
 * 2.1.2).
 *
 * @throws RangeError the older tree is the larger one, or empty
 */
export function consistencyProof(older: number, size: number, node: NodeReader): readonly Uint8Array[] {
  if (!(older > 0 && older <= size)) throw new RangeError(`there is no proof from ${older} leaves to ${size}`);
  const path: Uint8Array[] = [];
  let [start, end, isWhole] = [0, size, true];
  while (older - start < end - start) {
    const middle = start + splitOf(end - start);
    if (older <= middle) {
      path.unshift(rangeHash(middle, end, node));
      end = middle;
    } else {
      path.unshift(rangeHash(start, middle, node));
      start = middle;
      isWhole = false;
    }
  }
  return isWhole ? path : [rangeHash(start, end, node), ...path];
}

/** The hash over the leaves from `start` to before `end`; `start` is a multiple of the largest power of two in the range. */
function rangeHash(start: number, end: number, node: NodeReader): Uint8Array {
  const count = end - start;
  const split = splitOf(count);
  if (count === 1 || split * 2 === count) return node(Math.log2(count), start / count);
  return nodeHash(rangeHash(start, start + split, node), rangeHash(start + split, end, node));
}

/** The largest power of two below a number; 0 for 1. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return count > 1 ? split : 0;
}
