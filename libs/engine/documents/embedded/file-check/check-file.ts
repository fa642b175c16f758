import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { READ_WITHOUT_WAITING } from '#libs/engine/runtime/read-flags.js';
import { isSealed, unsealedEnd } from '../sealed-value.js';
import { demand, FileFault } from './file-fault.js';
import { checkFreeList } from './free-list.js';
import { type Meta, NO_FLAGS, openedMeta, TREE_BYTES, type Tree, treeAt } from './lmdb-meta.js';
import { numberAt, SUB_TREE } from './page.js';
import { PageSource, readAt } from './page-source.js';
import type { Span } from './span.js';
import { type Content, TreeCheck } from './tree-check.js';
import { bytesFor, UsedPages } from './used-pages.js';

/** The integer keys of the tree of free pages. */
const INTEGER_KEY_BYTES = 8;

/** Pages at the end that LMDB may have allocated and freed in one transaction, and so never written. */
const UNWRITTEN_PAGES = 64;

/** LMDB's pages are at least this large. */
const MIN_PAGE_BYTES = 4_096;

/** The parts of a file, which two threads can check at the same time: each takes about as long as the other. */
export const PARTS = ['largest table', 'rest'] as const;

export type Part = (typeof PARTS)[number];

/** What the check of a part has found. */
export interface PartReport {
  /** What is wrong; undefined: nothing. */
  readonly fault?: string;
  /** The newest transaction that has written one of its pages; 0: it has none. */
  readonly newest?: number;
  /** The transaction that must have written a page of one of the parts; undefined: none must. */
  readonly expected?: number;
}

/** What a file may contain. */
export interface FileRules {
  /** LMDB opens it for reading only. */
  readonly readOnly: boolean;
  /** The names of the tables. */
  readonly tables: ReadonlySet<string>;
}

/**
 * Checks an LMDB file before LMDB maps it: every page that LMDB can reach, the order of all keys, and the checksum of
 * every value (see sealed-value.ts). LMDB itself checks nothing, and the process ends by a signal when a page is wrong.
 *
 * @returns what is wrong, or undefined when the file can be opened (a missing or empty one can)
 * @throws Error the file cannot be opened, for example for lack of a permission
 */
export function fileFault(path: string, rules: FileRules): string | undefined {
  const seen = new Uint8Array(seenBytes(path));
  const reports: PartReport[] = [];
  for (const part of PARTS) {
    const report = checkPart(path, rules, part, seen);
    if (report.fault !== undefined) return report.fault;
    reports.push(report);
  }
  return faultOf(reports);
}

/**
 * Checks a part of a file as {@link fileFault} checks all of it.
 *
 * @param seen the pages that were seen in the parts, of {@link seenBytes}
 * @throws Error the file cannot be opened
 */
export function checkPart(path: string, rules: FileRules, part: Part, seen: Uint8Array): PartReport {
  try {
    const check = part === 'rest' ? checkRest : checkLargest;
    return withFile(path, rules, (file) => ({ newest: check(file), ...expectedOf(file.meta) }), seen) ?? {};
  } catch (error) {
    if (error instanceof FileFault) return { fault: error.message };
    throw error;
  }
}

/** What is wrong with a file, of whose parts these are the reports; undefined: it can be opened. */
export function faultOf(reports: readonly PartReport[]): string | undefined {
  const fault = reports.find((report) => report.fault !== undefined)?.fault;
  if (fault !== undefined) return fault;
  const expected = reports[0]?.expected;
  const newest = Math.max(...reports.map((report) => report.newest ?? 0));
  return expected === undefined || newest === expected
    ? undefined
    : 'its newest pages are not those of its newest state';
}

/** The size of a bit map of the pages of a file, in bytes. */
export function seenBytes(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return bytesFor(Math.ceil(size / MIN_PAGE_BYTES) + UNWRITTEN_PAGES + 1);
}

/**
 * Reads a table of a file that may be damaged elsewhere.
 *
 * @returns its entries; undefined: the file is missing or empty, or the table cannot be read whole
 */
export function tableEntries(path: string, rules: FileRules, name: string): ReadonlyMap<string, Buffer> | undefined {
  try {
    return withFile(path, rules, (file) => {
      const entries = new Map<string, Buffer>();
      const content = sealedContent((key, value) => entries.set(key.toString(), Buffer.from(value)));
      const found = mainTree(file).tables.find((table) => table.name === name);
      if (found !== undefined) checkTree(file, found.tree, content, found.transaction);
      return entries;
    });
  } catch {
    return undefined;
  }
}

/** An opened file, whose pages are to be checked. */
interface OpenedFile {
  readonly meta: Meta;
  readonly source: PageSource;
  readonly used: UsedPages;
  readonly tables: ReadonlySet<string>;
}

/** A tree, and the transaction that wrote the page that describes it. */
interface FoundTable {
  readonly name: string;
  readonly tree: Tree;
  readonly transaction: number;
}

/** Returns what `work` returns; undefined: the file is missing or empty. */
function withFile<R>(
  path: string,
  { readOnly, tables }: FileRules,
  work: (file: OpenedFile) => R,
  seen: Uint8Array = new Uint8Array(seenBytes(path)),
): R | undefined {
  let file: number;
  try {
    file = openSync(path, READ_WITHOUT_WAITING);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stat = fstatSync(file);
    demand(stat.isFile(), 'it is not a file');
    const { size } = stat;
    if (size === 0) return undefined;
    const meta = openedMeta((at, bytes) => {
      const buffer = Buffer.alloc(bytes);
      demand(readAt(file, buffer, at) === bytes, `it has ${size} bytes, less than two meta pages`);
      return buffer;
    }, readOnly);
    const pages = size / meta.pageBytes + UNWRITTEN_PAGES;
    demand(meta.lastPage < pages, `it has ${size} bytes where page ${meta.lastPage} is in use`);
    const source = new PageSource(file, meta.pageBytes);
    return work({ meta, source, used: new UsedPages(meta.lastPage + 1, seen), tables });
  } finally {
    closeSync(file);
  }
}

/** A compact copy has a transaction that wrote none of its pages, and no boot. */
function expectedOf({ boot, transaction }: Meta): Pick<PartReport, 'expected'> {
  return boot === 0n ? {} : { expected: transaction };
}

/** Checks the largest table, and returns the transaction of its newest page. */
function checkLargest(file: OpenedFile): number {
  const pages = file.meta.lastPage + 1;
  // The tree of the tables belongs to the rest.
  const { tables } = mainTree({ ...file, used: new UsedPages(pages, new Uint8Array(bytesFor(pages))) });
  const largest = largestOf(tables);
  return largest === undefined ? 0 : checkTree(file, largest.tree, sealedContent(), largest.transaction);
}

/** Checks everything but the largest table, and returns the transaction of its newest page. */
function checkRest(file: OpenedFile): number {
  const { meta, used } = file;
  const main = mainTree(file);
  const largest = largestOf(main.tables);
  const others = main.tables.filter((table) => table !== largest);
  const newest = others.map(({ tree, transaction }) => checkTree(file, tree, sealedContent(), transaction));
  return Math.max(main.newest, ...newest, checkTree(file, meta.free, freeLists(used), meta.transaction));
}

/** The table with the most pages. */
function largestOf(tables: readonly FoundTable[]): FoundTable | undefined {
  return tables.reduce<FoundTable | undefined>(
    (largest, table) => (largest === undefined || table.tree.leafPages > largest.tree.leafPages ? table : largest),
    undefined,
  );
}

/** Checks a tree, and returns the transaction of its newest page. */
function checkTree({ source, used, meta }: OpenedFile, tree: Tree, content: Content, from: number): number {
  return new TreeCheck(source, used, tree, content, meta.transaction).run(from);
}

/** Checks the tree of the tables, and returns them. */
function mainTree(file: OpenedFile): { readonly newest: number; readonly tables: readonly FoundTable[] } {
  const tables: FoundTable[] = [];
  const entry: Content['entry'] = (key, value, transaction) => {
    const name = key.bytes.toString('latin1', key.start, key.end - 1); // lmdb ends it with NUL
    const isKnown = file.tables.has(name) && key.bytes[key.end - 1] === 0;
    demand(isKnown, 'its tables are those of another version or program');
    demand(value.end - value.start === TREE_BYTES, `the table ${name} is damaged`);
    const tree = treeAt(value.bytes, value.start);
    demand(tree.flags === NO_FLAGS, `the table ${name} has another form`);
    tables.push({ name, tree, transaction });
  };
  const { main, transaction } = file.meta;
  return { newest: checkTree(file, main, { order: byBytes, nodeFlags: SUB_TREE, entry }, transaction), tables };
}

/** The content of a table. @param take gets each key and value */
function sealedContent(take?: (key: Buffer, value: Buffer) => void): Content {
  return {
    order: byBytes,
    nodeFlags: 0,
    entry: (key, value) => {
      demand(isSealed(key, value), 'the checksum of a value is wrong');
      take?.(key.bytes.subarray(key.start, key.end), value.bytes.subarray(value.start, unsealedEnd(value)));
    },
  };
}

function freeLists(used: UsedPages): Content {
  return {
    order: byNumber,
    nodeFlags: 0,
    entry: (_, { bytes, start, end }) => checkFreeList(bytes.subarray(start, end), used),
  };
}

function byBytes(a: Span, b: Span): number {
  const length = Math.min(a.end - a.start, b.end - b.start);
  for (let index = 0; index < length; index += 1) {
    const order = (a.bytes[a.start + index] ?? 0) - (b.bytes[b.start + index] ?? 0);
    if (order !== 0) return order;
  }
  return a.end - a.start - (b.end - b.start);
}

function byNumber(a: Span, b: Span): number {
  for (const { start, end } of [a, b]) demand(end - start === INTEGER_KEY_BYTES, 'a list of free pages has no number');
  return numberAt(a.bytes, a.start) - numberAt(b.bytes, b.start);
}
