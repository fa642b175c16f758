import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LogIndex } from './index/log-index.js';
import { INDEX_FOLDER, SUBSCRIPTIONS_FILE } from './log-location.js';
import type { Segment } from './segments/segment.js';
import type { Segments } from './segments/segments.js';

const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;

/** The size of a copied chunk. */
const PIECE_BYTES = 1_048_576;

/** The number of attempts to copy the runs, which can be merged meanwhile. */
const TRIES = 10;

/**
 * Copies the committed log into a new folder. The log may be written meanwhile: complete segments do not change, the
 * last one is copied up to its end at the start, and runs never change.
 *
 * @param tell gets the number of bytes copied so far
 */
export async function copyLog(
  { segments, index }: { readonly segments: Segments; readonly index: LogIndex },
  to: string,
  tell: (bytes: number) => void,
): Promise<void> {
  const parts = segments.all.map((segment) => ({ segment, end: segment.end }));
  const { last } = index;
  await mkdir(join(to, INDEX_FOLDER), { recursive: true, mode: OWNER_ONLY_FOLDER });
  await copyRuns(index, join(to, INDEX_FOLDER), last);
  let copied = 0;
  for (const { segment, end } of parts) {
    await copySegment(segment, end, to, (bytes) => tell(copied + bytes));
    copied += end;
  }
  const groups = join(segments.folder, SUBSCRIPTIONS_FILE);
  if (existsSync(groups)) await copyFile(groups, join(to, SUBSCRIPTIONS_FILE), constants.COPYFILE_FICLONE);
}

/** Copies the segments up to the end at the start. */
async function copySegment(segment: Segment, end: number, to: string, tell: (bytes: number) => void): Promise<void> {
  const source = await open(segment.path, 'r');
  const file = await open(join(to, segment.name), 'wx', OWNER_ONLY_FILE).catch(async (error: unknown) => {
    await source.close();
    throw error;
  });
  try {
    for (let at = 0; at < end; ) {
      const { bytesRead, buffer } = await source.read(
        Buffer.allocUnsafe(PIECE_BYTES),
        0,
        Math.min(PIECE_BYTES, end - at),
        at,
      );
      if (bytesRead === 0) throw new Error(`${segment.path} has lost its end`);
      await file.writeFile(buffer.subarray(0, bytesRead));
      at += bytesRead;
      tell(at);
    }
  } finally {
    await source.close();
    await file.close();
  }
}

/** Copies the runs up to a position. The copy rebuilds missing runs from its log. */
async function copyRuns(index: LogIndex, to: string, last: number): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      for (const { path, header } of index.runs) {
        const target = join(to, basename(path));
        if (header.last <= last && !existsSync(target)) await copyFile(path, target, constants.COPYFILE_FICLONE);
      }
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // A missing run has been merged meanwhile.
    }
  }
}
