import { closeSync, openSync, readSync, statSync } from 'node:fs';

// LMDB's layout of a meta page (mdb.c, MDB_page_header and MDB_meta, data version 2), little-endian.
const PAGE_HEADER_BYTES = 24;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const VERSION_AT = 4;
const PAGE_SIZE_AT = 24;
const LAST_PAGE_AT = 120;
const META_BYTES = 144;

/** Pages at the end that LMDB may have allocated and freed in one transaction, and so never written. */
const UNWRITTEN_TAIL_PAGES = 64n;

interface Meta {
  readonly ownFile: boolean;
  readonly pageBytes: number;
  readonly lastPage: bigint;
}

/**
 * Checks an LMDB file before LMDB opens it: the library crashes the process (segmentation fault, bus error) when it
 * opens a file of another format or a truncated one.
 *
 * @returns what is wrong, or undefined when the file can be opened (a missing or empty one can)
 */
export function lmdbFileFault(path: string): string | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return undefined;
  const file = openSync(path, 'r');
  try {
    const first = readMeta(file, 0);
    if (first === undefined || !first.ownFile) return 'it is not an LMDB file of this version';
    // Three meta pages describe a state: pages 0 and 1 the two newest, the middle of page 0 the last one that was synced,
    // to which LMDB returns after a power failure. The file must contain at least the shortest of these states.
    const others = [readMeta(file, first.pageBytes / 2), readMeta(file, first.pageBytes)];
    const lastPage = others.reduce(
      (least, meta) => (meta?.pageBytes === first.pageBytes && meta.lastPage < least ? meta.lastPage : least),
      first.lastPage,
    );
    const expected = (lastPage + 1n - UNWRITTEN_TAIL_PAGES) * BigInt(first.pageBytes);
    return BigInt(size) < expected ? `it has ${size} bytes where at least ${expected} are in use` : undefined;
  } finally {
    closeSync(file);
  }
}

function readMeta(file: number, at: number): Meta | undefined {
  const bytes = Buffer.alloc(META_BYTES);
  if (readSync(file, bytes, 0, META_BYTES, at + PAGE_HEADER_BYTES) !== META_BYTES) return undefined;
  return {
    ownFile: bytes.readUInt32LE(0) === MAGIC && bytes.readUInt16LE(VERSION_AT) === DATA_VERSION,
    pageBytes: bytes.readUInt32LE(PAGE_SIZE_AT),
    lastPage: bytes.readBigUInt64LE(LAST_PAGE_AT),
  };
}
