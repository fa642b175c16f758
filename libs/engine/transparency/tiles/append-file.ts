import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

const OWNER_ONLY = 0o600;

/** Bytes that are gathered before they are written or compared. */
const GATHERED_BYTES = 65_536;

/**
 * What a file is opened for: `append` writes what follows the bytes that it holds, and `compare` changes nothing.
 */
export type FileUse = 'append' | 'compare';

/**
 * A file that bytes are appended to from its beginning on: those that it holds are compared with what is appended, and
 * what follows them is written. It is on disk after {@link sync}; a file that did not change is not synced.
 */
export class AppendFile {
  readonly #file: number;
  readonly #gathered = Buffer.allocUnsafe(GATHERED_BYTES);
  #gatheredBytes = 0;
  /** Bytes that the file holds from before, and bytes that have been compared or written. */
  #heldBytes: number;
  #doneBytes = 0;
  #isSame = true;
  #isSynced = true;

  /** @throws Error it cannot be opened; to compare it, it has to be there */
  constructor(
    path: string,
    private readonly use: FileUse,
  ) {
    const flags = use === 'compare' ? constants.O_RDONLY : constants.O_RDWR | constants.O_CREAT;
    this.#file = openSync(path, flags, OWNER_ONLY);
    this.#heldBytes = fstatSync(this.#file).size;
  }

  /** The bytes that have been appended. */
  get length(): number {
    return this.#doneBytes + this.#gatheredBytes;
  }

  /** Whether what the file held is what has been appended, as far as both go. */
  agrees(): boolean {
    this.#flush();
    return this.#isSame;
  }

  /** Holds on to the first bytes of the file; what follows them is cut off. @returns false: it has fewer */
  hold(bytes: number): boolean {
    if (this.#heldBytes < bytes) return false;
    if (this.use === 'append' && this.#heldBytes > bytes) {
      ftruncateSync(this.#file, bytes);
      this.#isSynced = false;
    }
    this.#heldBytes = bytes;
    return true;
  }

  /** Takes a copy of bytes. @param start of those that are meant, and their end */
  append(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const gathered = this.#gathered;
    let at = this.#gatheredBytes;
    // There are few: copying them one by one takes less time than calling what copies many.
    for (let taken = start; taken < end; taken += 1) {
      if (at === GATHERED_BYTES) {
        this.#gatheredBytes = at;
        this.#flush();
        at = 0;
      }
      gathered[at++] = bytes[taken] as number;
    }
    this.#gatheredBytes = at;
  }

  /** Appends a short text in ASCII. */
  appendAscii(text: string): void {
    if (this.#gatheredBytes + text.length > GATHERED_BYTES) this.#flush();
    for (let at = 0; at < text.length; at += 1) this.#gathered[this.#gatheredBytes++] = text.charCodeAt(at);
  }

  /** Writes what has been appended: who reads the file finds it there. */
  write(): void {
    this.#flush();
  }

  /** Waits until what has been appended is on disk. */
  sync(): void {
    this.#flush();
    if (!this.#isSynced) fsyncSync(this.#file);
    this.#isSynced = true;
  }

  close(): void {
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = this.#gathered.subarray(0, this.#gatheredBytes);
    const held = Math.max(0, Math.min(bytes.length, this.#heldBytes - this.#doneBytes));
    if (held > 0 && !this.#holds(bytes.subarray(0, held))) this.#isSame = false;
    this.#doneBytes += held;
    this.#gatheredBytes = 0;
    if (this.use === 'append') this.#write(bytes.subarray(held));
    else this.#doneBytes += bytes.length - held;
  }

  #holds(bytes: Buffer): boolean {
    const before = Buffer.allocUnsafe(bytes.length);
    return readSync(this.#file, before, 0, before.length, this.#doneBytes) === bytes.length && before.equals(bytes);
  }

  #write(bytes: Buffer): void {
    for (let written = 0; written < bytes.length; ) {
      this.#isSynced = false;
      const count = writeSync(this.#file, bytes, written, bytes.length - written, this.#doneBytes);
      written += count;
      this.#doneBytes += count;
    }
  }
}
