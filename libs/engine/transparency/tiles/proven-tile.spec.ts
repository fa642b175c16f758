import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryFolder } from '../../../../test/support/temp-folder.js';
import { HASH_BYTES, leafHash } from '../merkle/hashes.js';
import { provenTile } from './proven-tile.js';
import { TILE_WIDTH, widthIn } from './tile-path.js';
import { TreeBuilder } from './tree-builder.js';
import { readTile, TreeFiles } from './tree-files.js';

/** Trees of one, two and three levels, whose last tiles are full or partial. */
const SIZES = [1, 255, 256, 257, 65_536, 65_537, 66_000];

/** The files of a tree, and its tiles. */
function treeOf(size: number) {
  const folder = memoryFolder();
  const files = new TreeFiles(folder, 'append');
  const tree = new TreeBuilder((level, hash) => files.append(level, hash));
  for (let leaf = 0; leaf < size; leaf += 1) tree.push(leafHash(`leaf ${leaf}`));
  files.write();
  files.close();
  const levels = [0, 1, 2].filter((level) => size >= TILE_WIDTH ** level);
  const tiles = levels.flatMap((level) => {
    const last = Math.ceil(Math.floor(size / TILE_WIDTH ** level) / TILE_WIDTH) - 1;
    return [...new Set([0, Math.floor(last / 2), last])].map((index) => ({
      level,
      index,
      width: widthIn(size, { level, index }),
    }));
  });
  return { folder, tiles, checkpoint: { size, root: tree.root() } };
}

describe.each(SIZES)('a tile of a tree of %i leaves', (size) => {
  it('is answered as it is, and no hash of it that is another one', () => {
    const { folder, tiles, checkpoint } = treeOf(size);
    for (const tile of tiles) {
      const { level, index, width } = tile;
      expect(provenTile(folder, tile, checkpoint)).toEqual(readTile(folder, level, index * TILE_WIDTH, width));
      const path = join(folder, `level-${level}`);
      const whole = readFileSync(path);
      for (const hash of new Set([0, Math.floor(width / 2), width - 1])) {
        const changed = Buffer.from(whole);
        changed.fill(0, (index * TILE_WIDTH + hash) * HASH_BYTES, (index * TILE_WIDTH + hash + 1) * HASH_BYTES);
        writeFileSync(path, changed);
        expect(() => provenTile(folder, tile, checkpoint)).toThrow('are not those of the tree');
      }
      truncateSync(path, (index * TILE_WIDTH + width) * HASH_BYTES - 1);
      expect(() => provenTile(folder, tile, checkpoint)).toThrow('ends at');
      writeFileSync(path, whole);
    }
  });
});
