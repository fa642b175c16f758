/** What is used of an LMDB table; lmdb's own types know neither bigint keys nor key encoders. */
export interface Table<K, V> {
  get(key: K): V | undefined;
  put(key: K, value: V): Promise<boolean>;
  remove(key: K): Promise<boolean>;
  getKeys(range: Range<K>): Iterable<K>;
  getRange(range: Range<K>): Iterable<{ key: K; value: V }>;
  getStats(): { readonly entryCount: number };
}

/** A range of keys, both ends included. */
export interface Range<K> {
  readonly start: K;
  readonly end: K;
  readonly inclusiveEnd: boolean;
  readonly reverse: boolean;
  readonly limit?: number;
}

/** The keys from one to another, upwards. */
export function forwards<K>(start: K, end: K): Range<K> {
  return { start, end, inclusiveEnd: true, reverse: false };
}

/** The keys from one to another, downwards. */
export function backwards<K>(start: K, end: K): Range<K> {
  return { start, end, inclusiveEnd: true, reverse: true };
}
