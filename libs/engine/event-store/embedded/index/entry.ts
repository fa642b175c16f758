import { hash } from 'node:crypto';
import { TOMBSTONE_REVISION } from '../../port/event-store.js';

/*
 * An entry of the index: where an event lies, under a key. Big-endian, so that the order of the bytes is the order of
 * keys and revisions:
 *
 *     0  16   key
 *    16  u48  revision; all bits set: the event that marks the stream as deleted for good
 *    22  u48  position
 *    28  u32  offset in the segment that holds the position, in bytes
 */
export const ENTRY_BYTES = 32;
export const KEY_BYTES = 16;

/** The bytes that entries are sorted by: key and revision. */
export const ORDER_BYTES = 22;
const REVISION = 16;
const POSITION = 22;
const OFFSET = 28;

/** Stands for {@link TOMBSTONE_REVISION}: above every revision. */
export const TOMBSTONE = 2 ** 48 - 1;

/** Where an event lies. Numbers, because the index holds no revision or position above 2^48. */
export interface Location {
  readonly revision: number;
  readonly position: number;
  readonly offset: number;
}

/** What entries are found by: a stream, or an event id within a stream. The digest is made when it is asked for. */
export class IndexKey {
  #digest: Buffer | undefined;

  private constructor(
    /** Tells the key from every other. */
    readonly text: string,
    private readonly algorithm: 'sha256' | 'sha512-256',
    private readonly digested: string,
  ) {}

  static ofStream(stream: string): IndexKey {
    return new IndexKey(stream, 'sha256', stream);
  }

  /** No stream has a lone surrogate in its name, and no stream's digest is made this way. */
  static ofId(stream: string, id: string): IndexKey {
    return new IndexKey(`\ud800${id}${stream}`, 'sha512-256', `${id}${stream}`);
  }

  /** {@link KEY_BYTES} that stand for the key: of a digest for which nobody can find two keys alike. */
  get digest(): Buffer {
    this.#digest ??= hash(this.algorithm, this.digested, 'buffer').subarray(0, KEY_BYTES);
    return this.#digest;
  }
}

/** A revision as the index holds it. */
export function indexRevision(revision: bigint): number {
  return revision >= TOMBSTONE_REVISION ? TOMBSTONE : Number(revision);
}

/** Writes an entry. */
export function writeEntry(target: Buffer, at: number, digest: Buffer, { revision, position, offset }: Location): void {
  digest.copy(target, at);
  target.writeUIntBE(revision, at + REVISION, 6);
  target.writeUIntBE(position, at + POSITION, 6);
  target.writeUInt32BE(offset, at + OFFSET);
}

/** Reads what an entry says. */
export function locationIn(bytes: Buffer, at: number): Location {
  return {
    revision: bytes.readUIntBE(at + REVISION, 6),
    position: bytes.readUIntBE(at + POSITION, 6),
    offset: bytes.readUInt32BE(at + OFFSET),
  };
}

/** The bytes that an entry with this key and revision is sorted by. */
export function orderOf(digest: Buffer, revision: number): Buffer {
  const order = Buffer.allocUnsafe(ORDER_BYTES);
  digest.copy(order);
  order.writeUIntBE(revision, REVISION, 6);
  return order;
}

/** Compares the first `length` bytes at two places: below 0, 0 or above 0. */
export function compareAt(a: Buffer, aStart: number, b: Buffer, bStart: number, length: number): number {
  const difference = a.readUInt32BE(aStart) - b.readUInt32BE(bStart);
  if (difference !== 0) return difference;
  return a.compare(b, bStart, bStart + length, aStart, aStart + length);
}
