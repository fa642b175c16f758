/**
 * Where LMDB's two meta pages say how long the file is, on 64-bit little-endian machines. (MDB_meta in the mdb.c that
 * the lmdb package builds: page header of 24 bytes, then magic, version, address, map size, two tables of 48 bytes,
 * last page, transaction.)
 */
const MAGIC_AT = 24;
const PAGE_SIZE_AT = 48;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const MAGIC = 0xbeefc0de;

/** How much of the file's start {@link missingBytes} needs to see: both meta pages at LMDB's largest page size. */
export const HEADER_BYTES = 2 * 65_536;

/**
 * Says whether a file starts as LMDB's files do. lmdb ends the process without a word when it opens any other, so this
 * is looked at before.
 *
 * @param start the first {@link HEADER_BYTES} of the file, or all of it
 */
export function isLmdbFile(start: Buffer): boolean {
  return start.length >= TRANSACTION_AT + 8 && start.readUInt32LE(MAGIC_AT) === MAGIC;
}

/** LMDB may leave out the last pages when they are free; it never leaves out many. */
export const TOLERATED_MISSING_BYTES = 65_536;

/**
 * How many bytes an LMDB file lacks of what its newest transaction used; 0 when it is whole. Reading a page that is
 * not there ends the process without a word as well.
 *
 * @param start the first {@link HEADER_BYTES} of an LMDB file, or all of it
 * @param size the file's size in bytes
 */
export function missingBytes(start: Buffer, size: number): number {
  const pageSize = start.readUInt32LE(PAGE_SIZE_AT);
  const metas = [0, pageSize].filter((at) => start.length >= at + TRANSACTION_AT + 8);
  const newest = metas.reduce((a, b) => (transaction(start, b) > transaction(start, a) ? b : a));
  const used = (Number(start.readBigUInt64LE(newest + LAST_PAGE_AT)) + 1) * pageSize;
  return Math.max(0, used - size);
}

function transaction(start: Buffer, meta: number): bigint {
  return start.readBigUInt64LE(meta + TRANSACTION_AT);
}
