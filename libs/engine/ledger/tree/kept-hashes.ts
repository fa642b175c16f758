import { HASH_BYTES } from '#libs/engine/transparency/merkle/hashes.js';
import { TILE_WIDTH } from '#libs/engine/transparency/tiles/tile-path.js';
import { readTile } from '#libs/engine/transparency/tiles/tree-files.js';

/** The hashes that the files of a tree hold, read in order, a tile at a time. */
export class KeptHashes {
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

  #tile(level: number, index: number, count: number): Buffer {
    const read = this.#tiles[level];
    if (read?.index === index) return read.bytes;
    const first = index * TILE_WIDTH;
    const bytes = readTile(this.folder, level, first, Math.min(TILE_WIDTH, count - first));
    this.#tiles[level] = { index, bytes };
    return bytes;
  }
}
