import { createHash } from 'node:crypto';
import { isDocumentId } from './document-id.js';

/** A key that is longer is stored as its hash: databases limit the length of keys. */
const MAX_KEY_CHARACTERS = 200;

/** That something has been noted for a key of a group at a time. */
export interface NotedTime {
  /** Not empty, and without `/`. */
  readonly group: string;
  readonly key: string;
  /** In milliseconds since 1970. */
  readonly time: number;
}

/**
 * Keeps, for each key of a group, the latest time that any process has noted for it. The times are made of no event:
 * they lie beside the documents, and a rebuild of documents or another event log does not touch them.
 */
export interface LatestTimes {
  /** False: the store can only be read. {@link note} and {@link begin} do nothing. */
  readonly isWritable: boolean;

  /**
   * Notes times. An earlier time than the stored one changes nothing, whichever process notes it. Repeating it is safe.
   *
   * @throws ReadModelUnavailableError some of them may have been stored
   */
  note(times: readonly NotedTime[]): Promise<void>;

  /**
   * When the store has begun to keep times, in milliseconds since 1970; undefined: it keeps none yet.
   *
   * @throws ReadModelUnavailableError
   */
  begun(): Promise<number | undefined>;

  /** States when the store begins to keep times, unless it has begun. @throws ReadModelUnavailableError */
  begin(time: number): Promise<void>;

  /** The latest time of each of these keys of a group; keys without one are absent. @throws ReadModelUnavailableError */
  latestOf(group: string, keys: readonly string[]): Promise<ReadonlyMap<string, number>>;

  /** The latest time of any key of each of these groups; groups without one are absent. @throws ReadModelUnavailableError */
  latestOfGroups(groups: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** The latest of the times that are noted for each group. */
export function latestByGroup(times: readonly NotedTime[]): ReadonlyMap<string, number> {
  const latest = new Map<string, number>();
  for (const { group, time } of times)
    if (time > (latest.get(group) ?? Number.NEGATIVE_INFINITY)) latest.set(group, time);
  return latest;
}

/** The latest of the times that are noted for each key, by the {@link timeId} of the key. */
export function latestByKey(times: readonly NotedTime[]): ReadonlyMap<string, number> {
  return latestByGroup(times.map(({ group, key, time }) => ({ group: timeId(group, key), key, time })));
}

/** The id under which the time of a key is stored. No group has the same: names of groups hold no `/`. */
export function timeId(group: string, key: string): string {
  if (key.length <= MAX_KEY_CHARACTERS && isDocumentId(key)) return `${group}/${key}`;
  return `${group}/sha256:${createHash('sha256').update(key, 'utf16le').digest('base64url')}`;
}
