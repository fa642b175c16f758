/** A small record with a version, for compare-and-set. */
export interface VersionedRecord<T> {
  readonly value: T;
  /** Ascends with every write. */
  readonly version: number;
}

/**
 * Named records that are replaced only by a writer that knows the stored version: leases, checkpoints of consumers,
 * generations of documents. The read model is one.
 */
export interface RecordStore {
  /** A record; undefined: there is none of this name. @throws Error the store cannot be read now */
  record<T extends object>(name: string): Promise<VersionedRecord<T> | undefined>;

  /**
   * Writes a record if it still has the version that the writer knows.
   *
   * @param expected the version that was read; undefined: there was no record
   * @returns the new version; undefined: another writer was first, and nothing was written
   * @throws Error the store cannot be used now: it may or may not have been written
   */
  putRecord<T extends object>(name: string, value: T, expected: number | undefined): Promise<number | undefined>;
}
