import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

const OWNER_ONLY = 0o600;

/** The length of a file in bytes, and its SHA-256 in hexadecimal. */
export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Reads a file to its end. */
export async function digestOf(path: string): Promise<Digest> {
  return digestOfEach(createReadStream(path), async () => undefined);
}

/** Copies a file into a new one, which only its owner can read, and which is on disk when this resolves. */
export async function copyWithDigest(from: string, to: string): Promise<Digest> {
  const file = await open(to, 'wx', OWNER_ONLY);
  try {
    const digest = await digestOfEach(createReadStream(from), (chunk) => file.writeFile(chunk));
    await file.sync();
    return digest;
  } finally {
    await file.close();
  }
}

async function digestOfEach(chunks: AsyncIterable<Buffer>, take: (chunk: Buffer) => Promise<void>): Promise<Digest> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.length;
    await take(chunk);
  }
  return { bytes, sha256: hash.digest('hex') };
}
