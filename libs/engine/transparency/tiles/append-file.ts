import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const OWNER_ONLY = 0o600;

/** Bytes that are gathered before they are written. */
const GATHERED_BYTES = 65_536;

/** A file that bytes are appended to. They are on disk after {@link sync}; a file that did not change is not synced. */
export class AppendFile {
  readonly #file: number;
  #length: number;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #isSynced = true;

  constructor(path: string) {
    this.#file = openSync(path, 'a+', OWNER_ONLY);
    this.#length = fstatSync(this.#file).size;
  }

  /** In bytes, with those that are not written yet. */
  get length(): number {
    return this.#length + this.#gatheredBytes;
  }

  append(bytes: Uint8Array): void {
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    if (this.#gatheredBytes >= GATHERED_BYTES) this.#write();
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
    if (this.#gathered.length === 0) return;
    const bytes = Buffer.concat(this.#gathered);
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
    this.#length += bytes.length;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#isSynced = false;
  }
}
