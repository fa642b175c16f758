/** The longest key, in bytes of UTF-8: databases limit the length of keys. */
export const MAX_KEY_BYTES = 800;

/** A value of JSON under a key. */
export interface Entry {
  readonly key: string;
  readonly value: object;
}

/** A change of one entry. */
export interface EntryWrite {
  /** Printable ASCII, at most {@link MAX_KEY_BYTES} long. */
  readonly key: string;
  /** Replaces the value; undefined: the entry is removed. */
  readonly value: object | undefined;
}

/**
 * Small entries that are made of no event, in the order of their keys: they lie beside the documents, and a rebuild of
 * documents or another event log does not touch them.
 */
export interface LastingEntries {
  /** False: the store can only be read. {@link write} does nothing. */
  readonly isWritable: boolean;

  /**
   * Makes changes in their order. A process that dies meanwhile has made the first of them, or all, or none; what this
   * has resolved for survives.
   *
   * @throws ReadModelUnavailableError the first of them may have been made
   */
  write(writes: readonly EntryWrite[]): Promise<void>;

  /** The value of a key; undefined: there is none. @throws ReadModelUnavailableError */
  get<T extends object>(key: string): Promise<T | undefined>;

  /**
   * The entries whose keys begin with a prefix, in ascending order of their keys.
   *
   * @param after only keys after this one
   * @param limit the most entries
   * @throws ReadModelUnavailableError
   */
  list(prefix: string, options?: { readonly after?: string; readonly limit?: number }): Promise<readonly Entry[]>;
}

/** Checks that a key can be stored everywhere. @throws RangeError it cannot */
export function assertKey(key: string): void {
  if (/^[ -~]+$/.test(key) && key.length <= MAX_KEY_BYTES) return;
  throw new RangeError(
    `a key of an entry is 1 to ${MAX_KEY_BYTES} printable ASCII characters (got ${JSON.stringify(key)})`,
  );
}

/** The first key after all keys that begin with a prefix. */
export function endOf(prefix: string): string {
  return `${prefix}\x7f`;
}
