import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HASH_BYTES } from '../merkle/hashes.js';
import { AppendFile, type FileUse } from './append-file.js';
import { readPart } from './read-part.js';
import { TILE_WIDTH } from './tile-path.js';
import type { ReadHashes } from './tree-builder.js';

/** The file of a level: its tiles one after the other, each of 256 hashes. */
function levelFile(folder: string, level: number): string {
  return join(folder, `level-${level}`);
}

/** Adjacent hashes of a level, as one buffer. @throws Error they are not there */
export function readTile(folder: string, level: number, first: number, count: number): Buffer {
  return readPart(levelFile(folder, level), first * HASH_BYTES, count * HASH_BYTES);
}

/** Reads the hashes of the levels in a folder. */
export function hashesIn(folder: string): ReadHashes {
  return (level, first, count) => {
    const bytes = readTile(folder, level, first, count);
    return Array.from({ length: count }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
  };
}

/** The hashes of a tree in files, one for each level, which only grow. */
export class TreeFiles {
  readonly #levels: AppendFile[] = [];

  /** @param folder is there */
  constructor(
    private readonly folder: string,
    private readonly use: FileUse,
  ) {}

  append(level: number, hash: Uint8Array): void {
    this.#level(level).append(hash);
  }

  /** Holds on to the hashes of a tree of so many leaves. @returns false: they are not all there */
  hold(size: number): boolean {
    let isWhole = true;
    for (let level = 0, hashes = size; level === 0 || existsSync(levelFile(this.folder, level)); level += 1) {
      if (!this.#level(level).hold(hashes * HASH_BYTES)) isWhole = false;
      hashes = Math.floor(hashes / TILE_WIDTH);
    }
    return isWhole && this.#levels.length >= levelsOf(size);
  }

  /** Whether what the files held is what has been appended, as far as both go. */
  agrees(): boolean {
    return this.#levels.every((level) => level.agrees());
  }

  /** Writes everything. */
  write(): void {
    for (const level of this.#levels) level.write();
  }

  /** Waits until everything is on disk. */
  sync(): void {
    for (const level of this.#levels) level.sync();
  }

  close(): void {
    for (const level of this.#levels) level.close();
  }

  #level(level: number): AppendFile {
    for (let next = this.#levels.length; next <= level; next += 1) {
      this.#levels.push(new AppendFile(levelFile(this.folder, next), this.use));
    }
    return this.#levels[level] as AppendFile;
  }
}

/** How many levels of a tree of so many leaves have hashes. */
function levelsOf(size: number): number {
  return size === 0 ? 0 : 1 + levelsOf(Math.floor(size / TILE_WIDTH));
}
