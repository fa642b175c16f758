import { LRUCache } from 'lru-cache';
import { IndexKey, type Location, TOMBSTONE } from './entry.js';
import { flushRecent } from './flush-recent.js';
import { mergeRuns, removeRuns } from './merge-runs.js';
import { type IndexedEvent, type Mark, RecentIndex } from './recent-index.js';
import { Run } from './run.js';
import { runsWorthMerging } from './runs-worth-merging.js';

/** Events kept in memory before they are written as a run: more take longer to sort, fewer are merged more often. */
export const EVENTS_PER_RUN = 16_384;

/** The most runs of events kept in memory while a run cannot be written; then appends wait. */
export const MAX_UNWRITTEN_RUNS = 8;

/** The number of cached heads of streams that are in runs alone, of a hundred bytes each. */
const MAX_KNOWN_HEADS = 4_096;

/** The heads of streams with longer names are not cached. */
const MAX_KNOWN_NAME = 256;

/** The number of cached stream keys: a stream is looked up before it is written, and its digest is computed once. */
const MAX_KNOWN_KEYS = 4_096;

/** The head of a stream. */
export interface IndexedHead {
  /** The last revision; -1: the stream has none. */
  readonly revision: number;
  readonly tombstoned: boolean;
}

export interface IndexOptions {
  readonly folder: string;
  /** The identity of the log. */
  readonly identity: string;
  readonly readOnly: boolean;
  /** From the first position on, without a gap. */
  readonly runs: readonly Run[];
  readonly eventsPerRun?: number | undefined;
}

/**
 * The locations of events, by stream and revision, and by id for findable events. The index is derived from the log.
 * The newest entries are in memory; they are written in the background as sorted runs, which are merged when there are
 * many. Entries that are missing after a crash are read from the log again.
 */
export class LogIndex {
  #runs: Run[];
  /** The entries that are being written as a run, and the newer entries. */
  #frozen: RecentIndex | undefined;
  #recent: RecentIndex;
  #work: Promise<void> | undefined;
  readonly #knownHeads = new LRUCache<string, IndexedHead>({ max: MAX_KNOWN_HEADS });
  readonly #knownKeys = new Map<string, IndexKey>();
  readonly #eventsPerRun: number;
  /** The reason why the last run could not be written; undefined: it could. */
  failure: unknown;
  /** Called when a run could not be written or merged. */
  onFailure: (error: unknown) => void = () => undefined;
  /** There are damaged events whose streams are unknown, so any stream may be incomplete. */
  hasGaps = false;
  /** Whether any stream has metadata; false: lookups of metadata can be skipped. */
  hasMetadata: boolean;

  constructor(private readonly options: IndexOptions) {
    const { runs } = options;
    this.#runs = [...runs];
    this.#recent = new RecentIndex((runs.at(-1)?.header.last ?? -1) + 1);
    this.hasMetadata = runs.some(({ header }) => header.hasMetadata);
    this.#eventsPerRun = options.eventsPerRun ?? EVENTS_PER_RUN;
  }

  /** The last position in the runs. */
  get checkpoint(): number {
    return this.#runs.at(-1)?.header.last ?? -1;
  }

  /** The last indexed position. */
  get last(): number {
    return this.#recent.last;
  }

  /** The number of positions whose entries are in memory only. */
  get unwritten(): number {
    return this.#recent.events + (this.#frozen?.events ?? 0);
  }

  get runs(): readonly Run[] {
    return this.#runs;
  }

  /** Adds the event that follows the last indexed one. */
  add(event: IndexedEvent): void {
    this.#recent.add(event, this.keyOf(event.stream));
    this.hasMetadata ||= this.#recent.hasMetadata;
  }

  /** Records that the events up to this position are damaged, and their streams unknown. */
  lost(last: number): void {
    this.#recent.last = Math.max(last, this.#recent.last);
    this.hasGaps = true;
  }

  /** The head of a stream; undefined: the stream does not exist. */
  head(stream: string): IndexedHead | undefined {
    const newest = this.#recent.newest(stream) ?? this.#frozen?.newest(stream);
    if (newest !== undefined) {
      return newest.revision === TOMBSTONE ? this.#foundHead(stream) : { revision: newest.revision, tombstoned: false };
    }
    const known = this.#knownHeads.get(stream);
    if (known !== undefined) return known;
    const head = this.#foundHead(stream);
    if (head !== undefined && stream.length <= MAX_KNOWN_NAME) this.#knownHeads.set(stream, head);
    return head;
  }

  #foundHead(stream: string): IndexedHead | undefined {
    const [last, before] = this.downFrom(this.keyOf(stream), TOMBSTONE, 2);
    if (last === undefined) return undefined;
    const tombstoned = last.revision === TOMBSTONE;
    return { revision: tombstoned ? (before?.revision ?? -1) : last.revision, tombstoned };
  }

  /** The key of a stream. */
  keyOf(stream: string): IndexKey {
    const known = this.#knownKeys.get(stream);
    if (known !== undefined) return known;
    const key = IndexKey.ofStream(stream);
    if (this.#knownKeys.size >= MAX_KNOWN_KEYS) this.#knownKeys.clear();
    if (stream.length <= MAX_KNOWN_NAME) this.#knownKeys.set(stream, key);
    return key;
  }

  /** Up to `limit` locations of a key, from a revision upwards. */
  from(key: IndexKey, revision: number, limit: number): readonly Location[] {
    let found: readonly Location[] = [];
    for (const run of this.#runs) {
      if (found.length >= limit) return found;
      if (run.mayHave(key.digest)) found = joined(found, run.from(key.digest, revision, limit - found.length));
    }
    for (const part of [this.#frozen, this.#recent]) {
      if (part !== undefined && found.length < limit)
        found = joined(found, part.from(key, revision, limit - found.length));
    }
    return found;
  }

  /** Up to `limit` locations of a key, from a revision downwards. */
  downFrom(key: IndexKey, revision: number, limit: number): readonly Location[] {
    let found: readonly Location[] = [];
    for (const part of [this.#recent, this.#frozen]) {
      if (part !== undefined && found.length < limit) {
        found = joined(found, part.downFrom(key, revision, limit - found.length));
      }
    }
    for (let index = this.#runs.length - 1; index >= 0 && found.length < limit; index -= 1) {
      const run = this.#runs[index];
      if (run?.mayHave(key.digest)) found = joined(found, run.downFrom(key.digest, revision, limit - found.length));
    }
    return found;
  }

  /** A known record at or before a position, from which to read the log; undefined: read from the beginning. */
  markBefore(position: number): Mark | undefined {
    for (const part of [this.#recent, this.#frozen, ...this.#runs.toReversed()]) {
      const mark = part?.markBefore(position);
      if (mark !== undefined) return mark;
    }
    return undefined;
  }

  /** Starts to write the entries in memory as a run when there are enough. Resolves when there is room for more. */
  async writeBehind(): Promise<void> {
    const { events } = this.#recent;
    if (this.options.readOnly || events < this.#eventsPerRun) return;
    if (this.#work === undefined) this.#begin();
    if (events < this.#eventsPerRun * MAX_UNWRITTEN_RUNS) return;
    await this.#work;
    if (this.failure !== undefined) throw this.failure;
  }

  /** Waits until the current run is on disk. */
  async idle(): Promise<void> {
    await this.#work;
  }

  /** Writes the entries in memory and closes all files. Entries that cannot be written are read from the log again. */
  async close(): Promise<void> {
    await this.#work;
    while (!this.options.readOnly && this.unwritten > 0) {
      this.#begin();
      await this.#work;
      if (this.failure !== undefined) break;
    }
    for (const run of this.#runs) run.close();
    this.#runs = [];
  }

  #begin(): void {
    this.#frozen ??= this.#recent;
    if (this.#frozen === this.#recent) this.#recent = new RecentIndex(this.#frozen.last + 1);
    this.#work = this.#write(this.#frozen).finally(() => {
      this.#work = undefined;
    });
  }

  async #write(frozen: RecentIndex): Promise<void> {
    const { folder, identity } = this.options;
    try {
      const name = await flushRecent(folder, frozen, { identity, hasGaps: this.hasGaps });
      this.#runs = [...this.#runs, Run.open(folder, name, identity)];
      this.#frozen = undefined;
      this.#knownHeads.clear();
      await this.#merge();
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
      this.onFailure(error);
    }
  }

  async #merge(): Promise<void> {
    const merged = runsWorthMerging(this.#runs);
    if (merged.length === 0) return;
    const run = await mergeRuns(this.options.folder, merged);
    this.#runs = [...this.#runs.slice(0, -merged.length), run];
    await removeRuns(merged);
  }
}

function joined(found: readonly Location[], more: readonly Location[]): readonly Location[] {
  if (more.length === 0) return found;
  return found.length === 0 ? more : [...found, ...more];
}
