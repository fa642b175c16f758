import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const OWNER_ONLY = 0o600;

/** Bytes that are gathered before they are written. */
const GATHERED_BYTES = 65_536;

/** A file that bytes are appended to. They are on disk after {@link sync}; a file that did not change is not synced. */
export class AppendFile {
  readonly #file: number;
  readonly #gathered = Buffer.alloc(GATHERED_BYTES);
  #gatheredBytes = 0;
  #length: number;
  #isSynced = true;

  constructor(path: string) {
    this.#file = openSync(path, 'a+', OWNER_ONLY);
    this.#length = fstatSync(this.#file).size;
  }

  /** In bytes, with those that are not written yet. */
  get length(): number {
    return this.#length + this.#gatheredBytes;
  }

  /** Takes a copy of the bytes. */
  append(bytes: Uint8Array): void {
    if (bytes.length > GATHERED_BYTES - this.#gatheredBytes) this.#write();
    if (bytes.length > GATHERED_BYTES) {
      this.#writeOut(bytes);
      return;
    }
    this.#gathered.set(bytes, this.#gatheredBytes);
    this.#gatheredBytes += bytes.length;
  }

  /** Cuts off what follows a length. */
  truncate(length: number): void {
    this.#write();
    if (this.#length === length) return;
    ftruncateSync(this.#file, length);
    this.#length = length;
    this.#isSynced = false;
  }

  sync(): void {
    this.#write();
    if (!this.#isSynced) fsyncSync(this.#file);
    this.#isSynced = true;
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(): void {
    if (this.#gatheredBytes === 0) return;
    const bytes = this.#gathered.subarray(0, this.#gatheredBytes);
    this.#gatheredBytes = 0;
    this.#writeOut(bytes);
  }

  #writeOut(bytes: Uint8Array): void {
    this.#isSynced = false;
    for (let written = 0; written < bytes.length; ) {
      const count = writeSync(this.#file, bytes, written);
      written += count;
      this.#length += count;
    }
  }
}
