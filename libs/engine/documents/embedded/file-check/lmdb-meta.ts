import { readFileSync } from 'node:fs';
import { demand } from './file-fault.js';
import { kindOf, META, numberAt, PAGE_HEADER_BYTES } from './page.js';

/*
 * LMDB's layout of a meta page (mdb.c of lmdb 3.5.6: MDB_meta, data version 2), little-endian, behind the page header:
 *
 *      0  u32  magic
 *      4  u32  version of the format
 *      8  u64  address for a fixed mapping: not used
 *     16  u64  size of the mapping
 *     24       tree of free pages: u32 page size, u16 flags, u16 depth, u64 branch pages, leaf pages, overflow pages,
 *              entries, root
 *     72       tree of the tables, in the same form
 *    120  u64  last page
 *    128  u64  transaction
 *    136  i64  the system's boot in which it was written
 */
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const META_BYTES = 144;
const MAGIC_AT = 0;
const VERSION_AT = 4;
const ADDRESS_AT = 8;
const FREE_TREE_AT = 24;
const MAIN_TREE_AT = 72;
const LAST_PAGE_AT = 120;
const TRANSACTION_AT = 128;
const BOOT_AT = 136;

/** Flags of a tree with none of LMDB's variants, as that of the tables and every table are. */
export const NO_FLAGS = 0;
const INTEGER_KEYS = 0x08;
/** The state was visible before it was synced (LMDB's overlapping sync). */
const NOT_SYNCED = 0x1000;

/** LMDB takes the system's page size. */
const PAGE_SIZES: ReadonlySet<number> = new Set([4_096, 8_192, 16_384, 32_768, 65_536]);

/** The root of an empty tree. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** The number of bytes that describe a tree, in a meta page and in the table of tables. */
export const TREE_BYTES = 48;

/** What LMDB stores about a tree of pages. */
export interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** undefined: the tree is empty. */
  readonly root: number | undefined;
}

/** A state of the file, as one of its meta pages describes it. */
export interface Meta {
  readonly pageBytes: number;
  readonly isSynced: boolean;
  readonly free: Tree;
  readonly main: Tree;
  readonly lastPage: number;
  readonly transaction: number;
  readonly boot: bigint;
}

/** Reads a number that has to fit into a file. */
export function wholeAt(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  demand(value <= BigInt(Number.MAX_SAFE_INTEGER), `a number is ${value}`);
  return Number(value);
}

/** Reads the description of a tree. @throws FileFault */
export function treeAt(bytes: Buffer, at: number): Tree {
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    branchPages: wholeAt(bytes, at + 8),
    leafPages: wholeAt(bytes, at + 16),
    overflowPages: wholeAt(bytes, at + 24),
    entries: wholeAt(bytes, at + 32),
    root: bytes.readBigUInt64LE(at + 40) === NO_PAGE ? undefined : wholeAt(bytes, at + 40),
  };
}

/**
 * The state that LMDB opens: the newest one, or after a power failure the newest one that was synced. It follows
 * mdb_env_pick_meta.
 *
 * @param read reads bytes of the file
 * @param readOnly LMDB opens it for reading only
 * @throws FileFault it is not an LMDB file of this version, or a meta page is damaged
 */
export function openedMeta(read: (at: number, bytes: number) => Buffer, readOnly: boolean): Meta {
  const at = (position: number) => read(position, PAGE_HEADER_BYTES + META_BYTES);
  const first = metaIn(at(0), 0);
  const { pageBytes } = first;
  const second = metaIn(at(pageBytes), 1);
  const synced = syncedIn(at(pageBytes / 2).subarray(PAGE_HEADER_BYTES));
  for (const meta of [second, synced]) demand((meta ?? first).pageBytes === pageBytes, 'its page size is ambiguous');
  const [less, more] = [first, second].map(({ transaction }) => transaction).sort((a, b) => a - b);
  demand(less === 0 || more === (less ?? 0) + 1, 'its two states do not follow each other');
  demand((synced?.transaction ?? 0) <= (more ?? 0), 'the state that was synced last is newer than all of its states');
  if (readOnly) return newer(first, second);
  const boot = bootNumber();
  return chosen(chosen(first, second, boot), synced, boot);
}

function newer(a: Meta, b: Meta): Meta {
  return a.transaction >= b.transaction ? a : b;
}

function chosen(a: Meta, b: Meta | undefined, boot: bigint): Meta {
  if (b === undefined || b.transaction === 0) return a;
  const latest = newer(a, b);
  const isWhole = latest.isSynced || (latest.boot !== 0n && latest.boot === boot);
  if (isWhole) return latest;
  return a.transaction > b.transaction ? b : a;
}

/** @param page the beginning of a meta page, with its header */
function metaIn(page: Buffer, number: number): Meta {
  demand(kindOf(page) === META && numberAt(page, 0) === number, `page ${number} is not a meta page`);
  const bytes = page.subarray(PAGE_HEADER_BYTES);
  const isKnown = bytes.readUInt32LE(MAGIC_AT) === MAGIC && bytes.readUInt32LE(VERSION_AT) === DATA_VERSION;
  demand(isKnown, 'it is not an LMDB file of this version');
  return fieldsOf(bytes);
}

/** The state that was synced last, in the middle of the first page: it has neither magic nor version. */
function syncedIn(bytes: Buffer): Meta | undefined {
  if (bytes.every((byte) => byte === 0)) return undefined;
  demand(bytes.readBigUInt64LE(MAGIC_AT) === 0n, 'its first page is damaged');
  return fieldsOf(bytes);
}

function fieldsOf(bytes: Buffer): Meta {
  demand(bytes.readBigUInt64LE(ADDRESS_AT) === 0n, 'a meta page has an address that Appledger does not set');
  const pageBytes = bytes.readUInt32LE(FREE_TREE_AT);
  demand(PAGE_SIZES.has(pageBytes), `its page size is ${pageBytes}`);
  const free = treeAt(bytes, FREE_TREE_AT);
  const main = treeAt(bytes, MAIN_TREE_AT);
  const areUsual = (free.flags & ~NOT_SYNCED) === INTEGER_KEYS && main.flags === NO_FLAGS;
  demand(areUsual, 'a meta page has flags that Appledger does not set');
  return {
    pageBytes,
    isSynced: (free.flags & NOT_SYNCED) === 0,
    free,
    main,
    lastPage: wholeAt(bytes, LAST_PAGE_AT),
    transaction: wholeAt(bytes, TRANSACTION_AT),
    boot: bytes.readBigInt64LE(BOOT_AT),
  };
}

/** The system's boot, as LMDB writes it: the first part of its id. 0: the system has none. */
function bootNumber(): bigint {
  try {
    const [part = ''] = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').split('-');
    return BigInt(`0x${part}`);
  } catch {
    return 0n; // Not Linux.
  }
}
