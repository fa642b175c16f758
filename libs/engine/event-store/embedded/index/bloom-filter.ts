import { KEY_BYTES } from './entry.js';

/** Bits for each key, and hash functions: about one percent of false positives. */
const BITS_PER_KEY = 10;
const BITS_SET = 6;

/** The bits that a number of 32 bits can tell. */
const MAX_BITS = 2 ** 32 - 1;

/** Where a digest has the two numbers whose double hashing places the bits of its key. */
const PLACE = KEY_BYTES - 4;
const STEP = KEY_BYTES - 8;

/** Tells whether a key is certainly absent: most lookups of new streams end here, without a read. */
export class BloomFilter {
  readonly #bits: number;

  /** @param bytes at least one; kept, and changed by {@link add} */
  constructor(readonly bytes: Buffer) {
    this.#bits = Math.min(bytes.length * 8, MAX_BITS);
  }

  /** An empty filter for this number of keys. */
  static forKeys(count: number): BloomFilter {
    return new BloomFilter(Buffer.alloc(Math.max(1, Math.ceil((count * BITS_PER_KEY) / 8))));
  }

  /** Adds the key at an offset. */
  add(keys: Buffer, at: number): void {
    let place = keys.readUInt32BE(at + PLACE);
    const step = stepOf(keys, at);
    const bits = this.#bits >>> 0; // known to be unsigned, so that a remainder takes one instruction
    for (let index = 0; index < BITS_SET; index += 1) {
      const bit = place % bits;
      this.bytes[bit >>> 3] = (this.bytes[bit >>> 3] ?? 0) | (1 << (bit & 7));
      place = (place + step) >>> 0;
    }
  }

  mayHave(digest: Buffer): boolean {
    let place = digest.readUInt32BE(PLACE);
    const step = stepOf(digest, 0);
    const bits = this.#bits >>> 0; // known to be unsigned, so that a remainder takes one instruction
    for (let index = 0; index < BITS_SET; index += 1) {
      const bit = place % bits;
      if (((this.bytes[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
      place = (place + step) >>> 0;
    }
    return true;
  }
}

/** The distance between the bits of a key: an odd number, so that they differ. */
function stepOf(keys: Buffer, at: number): number {
  return keys.readUInt32BE(at + STEP) | 1;
}
