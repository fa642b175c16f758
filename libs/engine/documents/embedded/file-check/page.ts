/*
 * LMDB's layout of a page (mdb.c of lmdb 3.5.6: MDB_page_header, MDB_node), little-endian:
 *
 *      0  u64  its number
 *      8  u64  the transaction that wrote it
 *     16  u16  not used
 *     18  u16  kind
 *     20  u16  end of the offsets of nodes, and u16 start of the nodes; or u32 number of pages of one large value
 *     24       u16 for each node: its offset
 *
 * Offsets and ends count from the end of the header. A node is u32 data size, u16 flags, u16 key size, key, data. In a
 * branch page the first six bytes are the number of a page.
 */
export const PAGE_HEADER_BYTES = 24;
export const NODE_HEADER_BYTES = 8;

const TRANSACTION_AT = 8;
const KIND_AT = 18;
const LOWER_AT = 20;
const UPPER_AT = 22;

export const BRANCH = 0x01;
export const LEAF = 0x02;
export const OVERFLOW = 0x04;
export const META = 0x08;

/** Flags of a node in a leaf page: its data are in pages of their own; its data describe a tree. */
export const BIG_DATA = 0x01;
export const SUB_TREE = 0x02;

const TWO_32 = 2 ** 32;

/** A u48 or u64 without the cost of a bigint; inexact from 2^53 on. */
export function numberAt(page: Buffer, at: number): number {
  return page.readUInt32LE(at) + page.readUInt32LE(at + 4) * TWO_32;
}

/** The transaction that wrote a page. */
export function transactionOf(page: Buffer): number {
  return numberAt(page, TRANSACTION_AT);
}

/** The kind of a page. */
export function kindOf(page: Buffer): number {
  return page.readUInt16LE(KIND_AT);
}

/** The number of pages that a large value takes. */
export function overflowPagesOf(page: Buffer): number {
  return page.readUInt32LE(LOWER_AT);
}

/** The number of nodes. */
export function nodeCount(page: Buffer): number {
  return page.readUInt16LE(LOWER_AT) >> 1;
}

/** Whether the offsets of the nodes are in the page, and the nodes start behind them. */
export function hasWholeHeader(page: Buffer): boolean {
  const [lower, upper] = [page.readUInt16LE(LOWER_AT), page.readUInt16LE(UPPER_AT)];
  return lower % 2 === 0 && lower <= upper && upper <= page.length - PAGE_HEADER_BYTES;
}

/** The offset of a node from the start of the page; undefined: its header is not in the part of the nodes. */
export function nodeAt(page: Buffer, index: number): number | undefined {
  const offset = page.readUInt16LE(PAGE_HEADER_BYTES + index * 2);
  const isInside = offset >= page.readUInt16LE(UPPER_AT) && offset % 2 === 0;
  const at = PAGE_HEADER_BYTES + offset;
  return isInside && at + NODE_HEADER_BYTES <= page.length ? at : undefined;
}

/** The bytes that the nodes take, which are packed without gaps. */
export function spaceOfNodes(page: Buffer): number {
  return page.length - PAGE_HEADER_BYTES - page.readUInt16LE(UPPER_AT);
}
