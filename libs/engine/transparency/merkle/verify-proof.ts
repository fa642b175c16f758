import { nodeHash } from './hashes.js';

/**
 * The root that an audit path leads to (RFC 9162, section 2.1.3.2); undefined: the path is not of such a leaf.
 *
 * @param hash of the leaf
 */
export function rootFromInclusion(
  leaf: number,
  size: number,
  hash: Uint8Array,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (!(Number.isSafeInteger(leaf) && Number.isSafeInteger(size) && leaf >= 0 && leaf < size)) return undefined;
  let [at, last, root] = [leaf, size - 1, hash];
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (isOdd(at) || at === last) {
      root = nodeHash(sibling, root);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else root = nodeHash(root, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? root : undefined;
}

/** Whether a path proves that one tree is the beginning of another (RFC 9162, section 2.1.4.2). */
export function isConsistent(
  older: { readonly size: number; readonly root: Uint8Array },
  newer: { readonly size: number; readonly root: Uint8Array },
  path: readonly Uint8Array[],
): boolean {
  if (older.size === newer.size) return path.length === 0 && same(older.root, newer.root);
  if (older.size === 0) return path.length === 0;
  if (older.size > newer.size) return false;
  const isPowerOfTwo = 2 ** Math.floor(Math.log2(older.size)) === older.size;
  const [first, ...rest] = isPowerOfTwo ? [older.root, ...path] : path;
  if (first === undefined) return false;
  let [at, last] = [older.size - 1, newer.size - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let [oldRoot, newRoot] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      oldRoot = nodeHash(sibling, oldRoot);
      newRoot = nodeHash(sibling, newRoot);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else newRoot = nodeHash(newRoot, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && same(oldRoot, older.root) && same(newRoot, newer.root);
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
