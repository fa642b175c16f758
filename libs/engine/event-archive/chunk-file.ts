import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type Compression, compressed } from './compression.js';

const OWNER_ONLY = 0o600;

/** Pieces that may wait for compression and the disk: the next ones are made meanwhile. */
const MAX_WAITING = 4;

/** A new file of an archive. Compression and writing go on while further text is added. */
export class ChunkFile {
  readonly #hash = createHash('sha256');
  readonly #waiting: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();
  #bytes = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly compression: Compression,
  ) {}

  /** Creates the file; replaces one that an interrupted export has left. */
  static async create(path: string, compression: Compression): Promise<ChunkFile> {
    return new ChunkFile(await open(path, 'w', OWNER_ONLY), compression);
  }

  /** The bytes of text that have been added. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds text; waits while much is waiting. @throws Error an earlier piece could not be written */
  async add(text: Buffer): Promise<void> {
    this.#hash.update(text);
    this.#bytes += text.length;
    const packed = compressed(text, this.compression);
    const before = this.#last;
    this.#last = before.then(async () => this.file.writeFile(await packed));
    this.#last.catch(() => undefined); // It is awaited below, or by finish.
    this.#waiting.push(this.#last);
    if (this.#waiting.length > MAX_WAITING) await this.#waiting.shift();
  }

  /** Waits until everything is on disk. Returns the SHA-256 of the text in hexadecimal. */
  async finish(): Promise<string> {
    try {
      await this.#last;
      await this.file.sync();
    } finally {
      await this.file.close();
    }
    return this.#hash.digest('hex');
  }

  /** Closes the file after a failure. */
  async abandon(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.file.close();
  }
}
