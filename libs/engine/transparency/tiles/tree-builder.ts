import { perfectRoot } from '../merkle/hashes.js';
import { type NodeReader, rootOf } from '../merkle/tree-hashes.js';
import { TILE_HEIGHT, TILE_WIDTH } from './tile-path.js';

/** Answers adjacent hashes of a level of tiles. */
export type ReadHashes = (level: number, first: number, count: number) => readonly Uint8Array[];

/** Reads the nodes of a tree from its tiles: those between two levels are made of the lower one. */
export function nodesOf(read: ReadHashes): NodeReader {
  return (height, index) => {
    const count = 2 ** (height % TILE_HEIGHT);
    return perfectRoot(read(Math.floor(height / TILE_HEIGHT), index * count, count));
  };
}

/** Grows a tree by one leaf at a time. It keeps the last tile of each level, so its memory does not grow with the tree. */
export class TreeBuilder {
  #size = 0;
  /** The hashes of the last, incomplete tile of each level. */
  readonly #open: Uint8Array[][] = [];

  /** @param added gets every new hash, with its level; those of a level come in their order */
  constructor(private readonly added: (level: number, hash: Uint8Array) => void = () => undefined) {}

  get size(): number {
    return this.#size;
  }

  push(leaf: Uint8Array): void {
    this.#add(0, leaf);
    this.#size += 1;
  }

  /** The root of the present tree. */
  root(): Uint8Array {
    // All complete subtrees that the root is made of lie in the last tiles.
    return rootOf(
      this.#size,
      nodesOf((level, first, count) => {
        const start = first % TILE_WIDTH;
        return (this.#open[level] ?? []).slice(start, start + count);
      }),
    );
  }

  #add(level: number, hash: Uint8Array): void {
    this.added(level, hash);
    const tile = this.#open[level] ?? [];
    this.#open[level] = tile;
    tile.push(hash);
    if (tile.length < TILE_WIDTH) return;
    this.#open[level] = [];
    this.#add(level + 1, perfectRoot(tile));
  }
}
