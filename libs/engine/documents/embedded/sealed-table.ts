import type { Database, RangeOptions, RootDatabase } from 'lmdb';
import { seal, sealedLength, unsealed } from './sealed-value.js';

/** The value of a key that says everything. */
const EMPTY = Buffer.alloc(0);

/** A stored value differs from what was written. */
export class DamagedValueError extends Error {
  override readonly name = 'DamagedValueError';

  constructor(table: string) {
    super(`a value in its table ${table} is damaged`);
  }
}

/** A table whose values carry a checksum, which is verified on each read; see sealed-value.ts. */
export class SealedTable {
  constructor(
    readonly name: string,
    private readonly database: Database<Buffer, Buffer>,
  ) {}

  /** The value of a key; undefined: there is none. @throws DamagedValueError */
  get(key: Buffer): Buffer | undefined {
    const value = this.database.get(key);
    return value === undefined ? undefined : this.#unsealed(key, value);
  }

  /** The entries in a range, in the order of their keys. @throws DamagedValueError */
  *range(options: RangeOptions): Generator<{ readonly key: Buffer; readonly value: Buffer }> {
    for (const { key, value } of this.database.getRange(options)) yield { key, value: this.#unsealed(key, value) };
  }

  /** The keys in a range, in order. The checksums are not looked at: whoever uses a key reads a document by it. */
  keys(options: RangeOptions): Buffer[] {
    return Array.from(this.database.getKeys(options));
  }

  /** The number of keys in a range. */
  count(options: RangeOptions): number {
    return this.database.getKeysCount(options);
  }

  /** Writes a value, as a part of the transaction under way. */
  put(key: Buffer, bytes: Buffer = EMPTY): void {
    const value = Buffer.allocUnsafe(sealedLength(bytes.length));
    bytes.copy(value);
    this.putSealed(key, value);
  }

  /** Writes a value that ends with room for the checksum, see {@link sealedLength}, which is written into it. */
  putSealed(key: Buffer, value: Buffer): void {
    void this.database.put(key, seal(key, value));
  }

  /** Removes a value, as a part of the transaction under way. */
  remove(key: Buffer): void {
    void this.database.remove(key);
  }

  #unsealed(key: Buffer, value: Buffer): Buffer {
    const bytes = unsealed(key, value);
    if (bytes === undefined) throw new DamagedValueError(this.name);
    return bytes;
  }
}

/** Opens a table of a file, and creates it unless the file is opened for reading only. @throws Error LMDB's own */
export function openSealedTable(root: RootDatabase, name: string): SealedTable {
  return new SealedTable(name, root.openDB<Buffer, Buffer>(name, { keyEncoding: 'binary', encoding: 'binary' }));
}

/** A table of JSON under names. */
export class JsonTable<T> {
  constructor(private readonly table: SealedTable) {}

  /** The value of a name; undefined: there is none. @throws DamagedValueError */
  get(name: string): T | undefined {
    const bytes = this.table.get(Buffer.from(name));
    return bytes === undefined ? undefined : JSON.parse(bytes.toString());
  }

  /** Writes a value, as a part of the transaction under way. */
  put(name: string, value: T): void {
    this.table.put(Buffer.from(name), Buffer.from(JSON.stringify(value)));
  }

  /** Removes a value, as a part of the transaction under way. */
  remove(name: string): void {
    this.table.remove(Buffer.from(name));
  }
}
