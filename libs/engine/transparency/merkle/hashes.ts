import { hash } from 'node:crypto';

/** The length of a hash: SHA-256. */
export const HASH_BYTES = 32;

/**
 * Writes SHA-256 of bytes. Its digest as text and then as bytes takes half the time of a buffer with memory of its own.
 *
 * @param at where the hash begins in the target
 */
export function hashInto(target: Uint8Array, at: number, bytes: Uint8Array): void {
  const digest = hash('sha256', bytes, 'binary');
  for (let byte = 0; byte < HASH_BYTES; byte += 1) target[at + byte] = digest.charCodeAt(byte);
}

/** SHA-256. */
export function sha256(bytes: Uint8Array): Buffer {
  const target = Buffer.alloc(HASH_BYTES);
  hashInto(target, 0, bytes);
  return target;
}

/** The hash of the empty tree (RFC 6962, section 2.1). */
export const EMPTY_ROOT: Buffer = sha256(Buffer.alloc(0));

/** What stands before the content of a leaf when it is hashed, and before the two hashes of a node. */
export const LEAF_PREFIX = 0;
const NODE_PREFIX = 1;

const NODE_BYTES = 1 + 2 * HASH_BYTES;

/** A node's input: the prefix and two hashes. It is filled anew for each node. */
const node = Buffer.alloc(NODE_BYTES);
node[0] = NODE_PREFIX;

/** What is hashed for a leaf (RFC 6962, section 2.1): the prefix and its content. */
export function leafInput(content: string | Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(LEAF_PREFIX), Buffer.from(content as Uint8Array)]);
}

/** The hash of a leaf. */
export function leafHash(content: string | Uint8Array): Buffer {
  return sha256(leafInput(content));
}

/** The hash of an inner node (RFC 6962, section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const target = Buffer.alloc(HASH_BYTES);
  nodeHashInto(target, 0, left, 0, right, 0);
  return target;
}

/** Writes the hash of an inner node. Its hashes begin at these places, and the target may be one of them. */
export function nodeHashInto(
  target: Uint8Array,
  at: number,
  left: Uint8Array,
  leftStart: number,
  right: Uint8Array,
  rightStart: number,
): void {
  for (let byte = 0; byte < HASH_BYTES; byte += 1) {
    node[1 + byte] = left[leftStart + byte] as number;
    node[1 + HASH_BYTES + byte] = right[rightStart + byte] as number;
  }
  hashInto(target, at, node);
}

/** The hash over adjacent hashes, as many as a power of two. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at + 1 < row.length; at += 2)
      above.push(nodeHash(row[at] as Uint8Array, row[at + 1] as Uint8Array));
    row = above;
  }
  const [root] = row;
  if (root === undefined) throw new Error('there is no hash over nothing');
  return root;
}
