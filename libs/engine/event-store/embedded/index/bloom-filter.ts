import { KEY_BYTES } from './entry.js';

/** Bits for each key, and hash functions: about one percent of false positives. */
const BITS_PER_KEY = 10;
const BITS_SET = 6;

/** Tells whether a key is certainly absent: most lookups of new streams end here, without a read. */
export class BloomFilter {
  readonly #bits: number;

  /** @param bytes at least one; kept, and changed by {@link add} */
  constructor(readonly bytes: Buffer) {
    this.#bits = bytes.length * 8;
  }

  /** An empty filter for this number of keys. */
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

  /** The positions of a key's bits, by double hashing of two numbers of its digest. */
  #bit(digest: Buffer, index: number): number {
    const first = digest.readUInt32BE(KEY_BYTES - 4);
    const step = digest.readUInt32BE(KEY_BYTES - 8) | 1;
    return ((first + Math.imul(index, step)) >>> 0) % this.#bits;
  }
}
