import { HASH_BYTES } from '#libs/engine/transparency/merkle/hashes.js';
import { TILE_WIDTH } from '#libs/engine/transparency/tiles/tile-path.js';
import { readTile } from '#libs/engine/transparency/tiles/tree-files.js';
import { readPositions } from './places.js';

/** The hashes that the files of a tree hold, read in order, a tile at a time. */
export class KeptHashes {
  /** The positions that were read last. */
  #positions: { readonly index: number; readonly all: readonly bigint[] } | undefined;
  /** The tile that was read last of each level. */
  readonly #tiles: { readonly index: number; readonly bytes: Buffer }[] = [];

  /** @param folder of the files @param size leaves of the tree that they hold */
  constructor(
    private readonly folder: string,
    private readonly size: number,
  ) {}

  /** A hash; undefined: the tree does not have it. */
  hash(level: number, index: number): Buffer | undefined {
    const count = Math.floor(this.size / TILE_WIDTH ** level);
    if (index >= count) return undefined;
    const tile = this.#tile(level, Math.floor(index / TILE_WIDTH), count);
    const start = (index % TILE_WIDTH) * HASH_BYTES;
    return tile.subarray(start, start + HASH_BYTES);
  }

  /** The position of a leaf's event when it was taken; undefined: the tree does not have the leaf. */
  position(leaf: number): bigint | undefined {
    if (leaf >= this.size) return undefined;
    const index = Math.floor(leaf / TILE_WIDTH);
    if (this.#positions?.index !== index) {
      const first = index * TILE_WIDTH;
      const all = readPositions(this.folder, first, Math.min(TILE_WIDTH, this.size - first));
      this.#positions = { index, all };
    }
    return this.#positions.all[leaf % TILE_WIDTH];
  }

  #tile(level: number, index: number, count: number): Buffer {
    const read = this.#tiles[level];
    if (read?.index === index) return read.bytes;
    const first = index * TILE_WIDTH;
    const bytes = readTile(this.folder, level, first, Math.min(TILE_WIDTH, count - first));
    this.#tiles[level] = { index, bytes };
    return bytes;
  }
}
