import { HASH_BYTES } from '../merkle/hashes.js';
import { fromBase64 } from './base64.js';

/** The state of a log (C2SP tlog-checkpoint): its name, how many leaves its tree has, and the root of the tree. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

/** The text of a checkpoint, which is signed as a note. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Parses the text of a checkpoint, with or without extension lines; undefined: it is none. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', sizeText = '', rootText = ''] = text.split('\n');
  const size = Number(sizeText);
  const root = fromBase64(rootText);
  const isSize = /^(0|[1-9]\d*)$/.test(sizeText) && Number.isSafeInteger(size);
  return origin !== '' && isSize && root?.length === HASH_BYTES ? { origin, size, root } : undefined;
}
