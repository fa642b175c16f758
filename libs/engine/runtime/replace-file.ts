import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o600;

/** The file that {@link replaceFile} leaves beside a file when it is interrupted. */
export function unfinishedFile(path: string): string {
  return `${path}.tmp`;
}

/** Replaces a file at once, and waits until it is on disk: after a crash it is the old one or the new one. */
export function replaceFile(path: string, text: string): void {
  const unfinished = unfinishedFile(path);
  const file = openSync(unfinished, 'w', OWNER_ONLY);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
