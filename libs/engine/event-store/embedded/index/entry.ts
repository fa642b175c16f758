import { hash } from 'node:crypto';
import { TOMBSTONE_REVISION } from '../../port/event-store.js';

/*
 * An entry of the index: the location of an event, under a key. Big-endian, so the order of the bytes is the order of
 * keys and revisions:
 *
 *     0  16   key
 *    16  u48  revision; all bits set: the tombstone
 *    22  u48  position
 *    28  u32  offset in the segment that contains the position, in bytes
 */
export const ENTRY_BYTES = 32;
export const KEY_BYTES = 16;

/** The length of the prefix that sorts entries: key and revision. */
export const ORDER_BYTES = 22;
const REVISION = 16;
const POSITION = 22;
const OFFSET = 28;

/** Encodes {@link TOMBSTONE_REVISION}: above every revision. */
export const TOMBSTONE = 2 ** 48 - 1;

/** The location of an event. Numbers, because the index contains no revision or position above 2^48. */
export interface Location {
  readonly revision: number;
  readonly position: number;
  readonly offset: number;
}

/** The key of entries: a stream, or an event id within a stream. The digest is computed on first use. */
export class IndexKey {
  #digest: Buffer | undefined;

  private constructor(
    /** Identifies the key. */
    readonly text: string,
    private readonly algorithm: 'sha256' | 'sha512-256',
    private readonly digested: string,
  ) {}

  static ofStream(stream: string): IndexKey {
    return new IndexKey(stream, 'sha256', stream);
  }

  /** The lone surrogate separates id keys from stream keys: no stream name contains one. */
  static ofId(stream: string, id: string): IndexKey {
    return new IndexKey(`\ud800${id}${stream}`, 'sha512-256', `${id}${stream}`);
  }

  /** The first {@link KEY_BYTES} of a collision-resistant digest of the key. */
  get digest(): Buffer {
    this.#digest ??= this.takeDigest();
    return this.#digest;
  }

  /** The digest for one use. It is not kept: the digests of all new ids would be in memory while a run is written. */
  takeDigest(): Buffer {
    return this.#digest ?? sharingMemory(hash(this.algorithm, this.digested, 'binary'));
  }
}

const SHARED_BYTES = 512 * KEY_BYTES;
let shared = Buffer.alloc(0);
let sharedEnd = 0;

/**
 * The beginning of a digest as bytes. They share memory with other digests: as a buffer of its own, which `hash` answers,
 * each takes twenty times its bytes and twice the time. They do not share Node's pool, which they would keep in memory.
 */
function sharingMemory(digest: string): Buffer {
  if (sharedEnd === shared.length) {
    shared = Buffer.allocUnsafeSlow(SHARED_BYTES);
    sharedEnd = 0;
  }
  const bytes = shared.subarray(sharedEnd, sharedEnd + KEY_BYTES);
  sharedEnd += bytes.write(digest, 0, KEY_BYTES, 'latin1');
  return bytes;
}

/** A revision in the form that the index stores. */
export function indexRevision(revision: bigint): number {
  return revision >= TOMBSTONE_REVISION ? TOMBSTONE : Number(revision);
}

/** Writes an entry. */
export function writeEntry(target: Buffer, at: number, digest: Buffer, { revision, position, offset }: Location): void {
  target.set(digest, at);
  target.writeUIntBE(revision, at + REVISION, 6);
  target.writeUIntBE(position, at + POSITION, 6);
  target.writeUInt32BE(offset, at + OFFSET);
}

/** Reads an entry. */
export function locationIn(bytes: Buffer, at: number): Location {
  return {
    revision: bytes.readUIntBE(at + REVISION, 6),
    position: bytes.readUIntBE(at + POSITION, 6),
    offset: bytes.readUInt32BE(at + OFFSET),
  };
}

/** The sort prefix of an entry with this key and revision. */
export function orderOf(digest: Buffer, revision: number): Buffer {
  const order = Buffer.allocUnsafe(ORDER_BYTES);
  digest.copy(order);
  order.writeUIntBE(revision, REVISION, 6);
  return order;
}

/** Copies an entry. For so few bytes a loop takes less time than `Buffer.copy`, which makes a view of them first. */
export function copyEntry(target: Buffer, at: number, source: Buffer, from: number): void {
  for (let byte = 0; byte < ENTRY_BYTES; byte += 1) target[at + byte] = source[from + byte] as number;
}

/** Compares the first `length` bytes at two places, most of which differ early: below 0, 0 or above 0. */
export function compareAt(a: Buffer, aStart: number, b: Buffer, bStart: number, length: number): number {
  for (let byte = 0; byte < length; byte += 1) {
    const difference = (a[aStart + byte] as number) - (b[bStart + byte] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
