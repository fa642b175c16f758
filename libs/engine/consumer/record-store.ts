/** A small record with a version, for compare-and-set. */
export interface VersionedRecord<T> {
  readonly value: T;
  /** Ascends with every write. */
  readonly version: number;
}

/**
 * Where consumers keep leases and checkpoints: named records that are replaced only by a writer that knows the stored
 * version. The document store is one.
 */
export interface RecordStore {
  /** A record; undefined: there is none of this name. */
  record<T extends object>(name: string): Promise<VersionedRecord<T> | undefined>;

  /**
   * Writes a record if it still has the version that the writer knows.
   *
   * @param expected the version that was read; undefined: there was no record
   * @returns the new version; undefined: another writer was first, and nothing was written
   */
  putRecord<T extends object>(name: string, value: T, expected: number | undefined): Promise<number | undefined>;
}
