import { demand, FileFault } from './file-fault.js';
import { type Tree, wholeAt } from './lmdb-meta.js';
import {
  BIG_DATA,
  BRANCH,
  hasWholeHeader,
  kindOf,
  LEAF,
  NODE_HEADER_BYTES,
  nodeAt,
  nodeCount,
  numberAt,
  OVERFLOW,
  overflowPagesOf,
  PAGE_HEADER_BYTES,
  spaceOfNodes,
  transactionOf,
} from './page.js';
import type { PageSource } from './page-source.js';
import type { Span } from './span.js';
import type { UsedPages } from './used-pages.js';

/** What is in a tree: how its keys are sorted, the flags of its nodes, and the check of an entry. */
export interface Content {
  readonly order: (a: Span, b: Span) => number;
  readonly nodeFlags: number;
  /**
   * Checks an entry. The spans are valid during the call only.
   *
   * @param value behind the key in the same bytes, unless it is large
   * @param transaction that wrote the page of the entry
   * @throws FileFault
   */
  readonly entry: (key: Span, value: Span, transaction: number) => void;
}

/** Keys are read from here on, or up to here. */
interface Bounds {
  readonly from: Span | undefined;
  readonly to: Span | undefined;
}

/** The size of what a node holds in place of a large value: page, transaction and number of pages. */
const BIG_DATA_BYTES = 24;

/** Deeper trees need more entries than a disk holds. */
const MAX_DEPTH = 32;

/**
 * Checks a tree of pages: each page is in the file, belongs to this place, and has whole nodes in order; keys are where a
 * search looks for them; the numbers of pages and entries are right. LMDB relies on all of this without checking it, and
 * reads foreign memory where it does not hold.
 */
export class TreeCheck {
  #branchPages = 0;
  #leafPages = 0;
  #overflowPages = 0;
  #entries = 0;
  #newest = 0;

  /** @param newest the transaction of the state, which is the newest one */
  constructor(
    private readonly source: PageSource,
    private readonly used: UsedPages,
    private readonly tree: Tree,
    private readonly content: Content,
    private readonly newest: number,
  ) {}

  /**
   * Reads all pages of the tree.
   *
   * @param transaction the newest that may have written one of its pages
   * @returns the newest that has
   * @throws FileFault
   */
  run(transaction: number): number {
    const { root, depth, branchPages, leafPages, overflowPages, entries } = this.tree;
    demand((root === undefined) === (depth === 0) && depth <= MAX_DEPTH, 'the depth of a tree is wrong');
    if (root !== undefined) this.#visit(root, 1, { from: undefined, to: undefined }, transaction);
    const isComplete =
      this.#branchPages === branchPages &&
      this.#leafPages === leafPages &&
      this.#overflowPages === overflowPages &&
      this.#entries === entries;
    demand(isComplete, 'a tree has not as many entries or pages as it should');
    return this.#newest;
  }

  #visit(number: number, level: number, bounds: Bounds, newest: number): void {
    this.used.add(number, 1);
    const page = this.source.page(number, level);
    const isLeaf = level === this.tree.depth;
    const transaction = transactionOf(page);
    this.#newest = Math.max(this.#newest, transaction);
    const isHere = numberAt(page, 0) === number && transaction <= newest;
    demand(isHere && kindOf(page) === (isLeaf ? LEAF : BRANCH), `page ${number} is not the one that should be there`);
    demand(hasWholeHeader(page) && nodeCount(page) > 0, `the header of page ${number} is damaged`);
    if (isLeaf) this.#leaf(page, number, bounds, transaction);
    else this.#branch(page, number, level, bounds, transaction);
  }

  #branch(page: Buffer, number: number, level: number, bounds: Bounds, transaction: number): void {
    this.#branchPages += 1;
    const count = nodeCount(page);
    const keys = Array.from({ length: count }, (_, index) => keyOf(page, number, index));
    demand(spaceOf(keys) === spaceOfNodes(page), `the nodes of page ${number} are damaged`);
    // A search does not look at the first key: it stands for everything before the second one.
    this.#checkOrder(keys.slice(1), bounds, number);
    for (const [index, key] of keys.entries()) {
      const child = page.readUIntLE(key.start - NODE_HEADER_BYTES, 6);
      const from = index === 0 ? bounds.from : key;
      this.#visit(child, level + 1, { from, to: keys[index + 1] ?? bounds.to }, transaction);
    }
  }

  #leaf(page: Buffer, number: number, bounds: Bounds, transaction: number): void {
    this.#leafPages += 1;
    const { content } = this;
    let space = 0;
    let before: Span | undefined;
    for (let index = 0, count = nodeCount(page); index < count; index += 1) {
      const key = keyOf(page, number, index);
      const { start, end } = key;
      const size = page.readUInt32LE(start - NODE_HEADER_BYTES);
      const flags = page.readUInt16LE(start - NODE_HEADER_BYTES + 4);
      demand((flags & ~BIG_DATA) === content.nodeFlags, `a node of page ${number} is of another kind`);
      const isBig = (flags & BIG_DATA) !== 0;
      const nodeEnd = end + (isBig ? BIG_DATA_BYTES : size);
      demand(nodeEnd <= page.length, `a node of page ${number} is cut off`);
      space += even(nodeEnd - start);
      if (before === undefined) this.#demandOrder(bounds.from, key, true, number);
      else this.#demandOrder(before, key, false, number);
      before = key;
      const value = isBig ? this.#bigValue(page, end, size) : { bytes: page, start: end, end: nodeEnd };
      content.entry(key, value, transaction);
      this.#entries += 1;
    }
    this.#demandOrder(before, bounds.to, false, number);
    demand(
      space + nodeCount(page) * NODE_HEADER_BYTES === spaceOfNodes(page),
      `the nodes of page ${number} are damaged`,
    );
  }

  #bigValue(page: Buffer, at: number, size: number): Span {
    const [first, transaction, count] = [wholeAt(page, at), wholeAt(page, at + 8), wholeAt(page, at + 16)];
    const { pageBytes } = this.source;
    const isPossible = count === Math.ceil((PAGE_HEADER_BYTES + size) / pageBytes) && transaction <= this.newest;
    demand(isPossible, `the place of a large value, page ${first}, is damaged`);
    this.used.add(first, count);
    const bytes = this.source.pages(first, count);
    const isHere = numberAt(bytes, 0) === first && transactionOf(bytes) <= this.newest;
    const isWhole = isHere && kindOf(bytes) === OVERFLOW && overflowPagesOf(bytes) === count;
    demand(isWhole, `page ${first} is not the large value that should be there`);
    this.#overflowPages += count;
    return { bytes, start: PAGE_HEADER_BYTES, end: PAGE_HEADER_BYTES + size };
  }

  #checkOrder(keys: readonly Span[], { from, to }: Bounds, number: number): void {
    const [first] = keys;
    this.#demandOrder(from, first, true, number);
    for (let index = 1; index < keys.length; index += 1) {
      this.#demandOrder(keys[index - 1], keys[index], false, number);
    }
    this.#demandOrder(keys.at(-1), to, false, number);
  }

  #demandOrder(before: Span | undefined, after: Span | undefined, mayBeEqual: boolean, number: number): void {
    if (before === undefined || after === undefined) return;
    const order = this.content.order(before, after);
    if (order < 0 || (mayBeEqual && order === 0)) return;
    throw new FileFault(`the keys of page ${number} are not in order`);
  }
}

function keyOf(page: Buffer, number: number, index: number): Span {
  const node = nodeAt(page, index);
  demand(node !== undefined, `a node of page ${number} is outside of it`);
  const start = node + NODE_HEADER_BYTES;
  const end = start + page.readUInt16LE(node + 6);
  demand(end <= page.length, `a key of page ${number} is cut off`);
  return { bytes: page, start, end };
}

/** The bytes of nodes without values. */
function spaceOf(keys: readonly Span[]): number {
  return keys.reduce((sum, { start, end }) => sum + even(NODE_HEADER_BYTES + end - start), 0);
}

/** Nodes begin at even offsets. */
function even(bytes: number): number {
  return bytes + (bytes & 1);
}
