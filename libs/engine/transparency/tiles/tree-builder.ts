import { EMPTY_ROOT, HASH_BYTES, nodeHashInto, perfectRoot } from '../merkle/hashes.js';
import type { NodeReader } from '../merkle/tree-hashes.js';
import { TILE_HEIGHT } from './tile-path.js';

/** The height of no tree is larger. */
const MAX_HEIGHT = 53;

/** Answers adjacent hashes of a level of tiles. */
export type ReadHashes = (level: number, first: number, count: number) => readonly Uint8Array[];

/** Reads the nodes of a tree from its tiles: those between two levels are made of the lower one. */
export function nodesOf(read: ReadHashes): NodeReader {
  return (height, index) => {
    const count = 2 ** (height % TILE_HEIGHT);
    return perfectRoot(read(Math.floor(height / TILE_HEIGHT), index * count, count));
  };
}

/** Grows a tree by one leaf at a time. It keeps one hash of each height, so its memory does not grow with the tree. */
export class TreeBuilder {
  #size = 0;
  /**
   * The roots of the complete trees that the leaves make up, by their heights: a tree of each height whose bit is set in
   * the size.
   */
  readonly #roots = Buffer.alloc(MAX_HEIGHT * HASH_BYTES);
  /** The hash that is being added. */
  readonly #hash = Buffer.alloc(HASH_BYTES);

  /**
   * @param added gets every new hash of the levels of tiles, those of a level in their order; its content is another one
   *   afterwards
   */
  constructor(private readonly added: (level: number, hash: Uint8Array) => void = () => undefined) {}

  get size(): number {
    return this.#size;
  }

  /** Adds a leaf. @param leaf its hash, of which a copy is taken */
  push(leaf: Uint8Array): void {
    const hash = this.#hash;
    hash.set(leaf);
    this.added(0, hash);
    let height = 0;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      nodeHashInto(hash, 0, this.#roots, height * HASH_BYTES, hash, 0);
      height += 1;
      if (height % TILE_HEIGHT === 0) this.added(height / TILE_HEIGHT, hash);
    }
    this.#roots.set(hash, height * HASH_BYTES);
    this.#size += 1;
  }

  /** The root of the present tree (RFC 6962, section 2.1). */
  root(): Buffer {
    let root: Buffer | undefined;
    for (let [rest, height] = [this.#size, 0]; rest > 0; [rest, height] = [Math.floor(rest / 2), height + 1]) {
      if (rest % 2 === 0) continue;
      const start = height * HASH_BYTES;
      if (root === undefined) root = Buffer.from(this.#roots.subarray(start, start + HASH_BYTES));
      else nodeHashInto(root, 0, this.#roots, start, root, 0);
    }
    return root ?? EMPTY_ROOT;
  }
}
