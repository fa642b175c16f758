import { nodeHash } from '../merkle/hashes.js';
import { type NodeReader, rootOf } from '../merkle/tree-hashes.js';
import type { Checkpoint } from '../notes/checkpoint.js';
import { TILE_HEIGHT, TILE_WIDTH, type TilePlace } from './tile-path.js';
import { nodesOf } from './tree-builder.js';
import { hashesIn, readTile } from './tree-files.js';

/** A tile of hashes. */
export type HashTile = TilePlace & { readonly level: number };

/**
 * The hashes of a tile, where the root of a tree follows from them: files that lost a part hold other ones, such as zeros.
 *
 * @throws Error the hashes are not there, or lead to another root
 */
export function provenTile(folder: string, tile: HashTile, { size, root }: Pick<Checkpoint, 'size' | 'root'>): Buffer {
  const proven = rootOf(size, nodesThrough(tile, nodesOf(hashesIn(folder))));
  if (!root.equals(proven)) throw new Error(`the hashes in ${folder} are not those of the tree`);
  return readTile(folder, tile.level, tile.index * TILE_WIDTH, tile.width);
}

/** Makes the nodes above a tile of its hashes: they are in files of their own, too. */
function nodesThrough({ level, index }: HashTile, node: NodeReader): NodeReader {
  const ownHeight = TILE_HEIGHT * (level + 1);
  const through: NodeReader = (height, at) => {
    const isAbove = height >= ownHeight && Math.floor(index / 2 ** (height - ownHeight)) === at;
    return isAbove ? nodeHash(through(height - 1, 2 * at), through(height - 1, 2 * at + 1)) : node(height, at);
  };
  return through;
}
