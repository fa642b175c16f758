import { hash } from 'node:crypto';

/** The length of a hash: SHA-256. */
export const HASH_BYTES = 32;

/** The hash of the empty tree (RFC 6962, section 2.1). */
export const EMPTY_ROOT: Buffer = hash('sha256', Buffer.alloc(0), 'buffer');

const NODE_BYTES = 1 + 2 * HASH_BYTES;

/** A node's input: the prefix 1 and two hashes. It is filled anew for each node. */
const node = Buffer.alloc(NODE_BYTES);
node[0] = 1;

/** The most bytes of UTF-8 that a UTF-16 code unit becomes. */
const MAX_BYTES_PER_UNIT = 3;

/** The input of a leaf that is not long: the prefix 0, and its content. It is filled anew for each leaf. */
const leaf = Buffer.alloc(16_384);

/** The hash of a leaf (RFC 6962, section 2.1): of the prefix 0 and its content. */
export function leafHash(content: string | Uint8Array): Buffer {
  const most = 1 + content.length * (typeof content === 'string' ? MAX_BYTES_PER_UNIT : 1);
  const input = most <= leaf.length ? leaf : Buffer.alloc(most);
  let bytes = content.length;
  if (typeof content === 'string') bytes = input.write(content, 1);
  else input.set(content, 1);
  return hash('sha256', input.subarray(0, 1 + bytes), 'buffer');
}

/** The hash of an inner node (RFC 6962, section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return hash('sha256', node, 'buffer');
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
