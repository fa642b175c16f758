import { KEY_BYTES } from './entry.js';

/** So many bits for each key, and so many of them set, let about one of a hundred absent keys through. */
const BITS_PER_KEY = 10;
const BITS_SET = 6;

/** Says of a key that it is not there, or may be: most lookups of new streams end here, without a read. */
export class BloomFilter {
  readonly #bits: number;

  /** @param bytes at least one; kept, and changed by {@link add} */
  constructor(readonly bytes: Buffer) {
    this.#bits = bytes.length * 8;
  }

  /** An empty filter that has room for so many keys. */
  static forKeys(count: number): BloomFilter {
    return new BloomFilter(Buffer.alloc(Math.max(1, Math.ceil((count * BITS_PER_KEY) / 8))));
  }

  add(digest: Buffer): void {
    for (let index = 0; index < BITS_SET; index += 1) {
      const bit = this.#bit(digest, index);
      this.bytes[bit >>> 3] = (this.bytes[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }

  mayHave(digest: Buffer): boolean {
    for (let index = 0; index < BITS_SET; index += 1) {
      const bit = this.#bit(digest, index);
      if (((this.bytes[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }

  /** The places of a key's bits are made from two numbers that its digest holds. */
  #bit(digest: Buffer, index: number): number {
    const first = digest.readUInt32BE(KEY_BYTES - 4);
    const step = digest.readUInt32BE(KEY_BYTES - 8) | 1;
    return ((first + Math.imul(index, step)) >>> 0) % this.#bits;
  }
}
