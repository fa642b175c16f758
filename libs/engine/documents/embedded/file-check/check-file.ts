import { closeSync, fstatSync, openSync } from 'node:fs';
import { isSealed, unsealedEnd } from '../sealed-value.js';
import { demand, FileFault } from './file-fault.js';
import { checkFreeList } from './free-list.js';
import { type Meta, NO_FLAGS, openedMeta, TREE_BYTES, type Tree, treeAt } from './lmdb-meta.js';
import { numberAt, SUB_TREE } from './page.js';
import { PageSource, readAt } from './page-source.js';
import type { Span } from './span.js';
import { type Content, TreeCheck } from './tree-check.js';
import { UsedPages } from './used-pages.js';

/** The integer keys of the tree of free pages. */
const INTEGER_KEY_BYTES = 8;

/** Pages at the end that LMDB may have allocated and freed in one transaction, and so never written. */
const UNWRITTEN_PAGES = 64;

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
  try {
    withFile(path, rules, checkAll);
    return undefined;
  } catch (error) {
    if (error instanceof FileFault) return error.message;
    throw error;
  }
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
function withFile<R>(path: string, { readOnly, tables }: FileRules, work: (file: OpenedFile) => R): R | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
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
    return work({ meta, source, used: new UsedPages(meta.lastPage + 1), tables });
  } finally {
    closeSync(file);
  }
}

function checkAll(file: OpenedFile): void {
  const { meta, used } = file;
  const main = mainTree(file);
  const newest = [main.newest];
  for (const { tree, transaction } of main.tables) newest.push(checkTree(file, tree, sealedContent(), transaction));
  newest.push(checkTree(file, meta.free, freeLists(used), meta.transaction));
  // A compact copy has a transaction that wrote none of its pages, and no boot.
  const isNewest = meta.boot === 0n || Math.max(...newest) === meta.transaction;
  demand(isNewest, 'its newest pages are not those of its newest state');
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
