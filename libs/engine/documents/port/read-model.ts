import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';
import type { StoreHealth } from '#libs/engine/kernel/store-health.js';

/**
 * The read-model port: documents that projections write and queries read. It requires no transaction over several
 * documents, no rename and no collation of the database behind it. Every write is conditional on the position of the
 * document's last event, so a batch that arrives twice or late changes nothing.
 */

/** The checkpoint before the first event has been projected. */
export const NOTHING_PROJECTED = -1n;

/** A kind of document. */
export interface Collection<D extends object> {
  /** Letters, digits and underscores; the name of the MongoDB collection. */
  readonly name: string;
  /** The indexes for queries. They take effect with {@link ReadModel.prepare}. */
  readonly indexes?: readonly Index[];
  /** Only carries the document's type at compile time; never set. */
  readonly document?: D;
}

/**
 * The fields of an index, as dotted paths; their values are texts or absent. It serves equality conditions on the first
 * fields and sorting by the following ones.
 */
export type Index = readonly string[];

/** A document with the position of the last event that changed it. */
export interface Versioned<D extends object> {
  readonly position: bigint;
  /** undefined: the last event removed it; the position is kept so that an older event cannot restore it. */
  readonly document: D | undefined;
}

/** A document that a scan returns. */
export interface Scanned<D extends object> extends Versioned<D> {
  readonly id: string;
}

/** A document to store under an id, as of a position. */
export interface Write<D extends object> extends Versioned<D> {
  readonly id: string;
  /** Nothing has been stored under the id before, as far as the writer knows: an insert suffices. */
  readonly begins?: boolean;
}

/** What a projection writes at once: the documents first, then the checkpoint of their collection. */
export interface Batch<D extends object> {
  readonly collection: Collection<D>;
  readonly writes: readonly Write<D>[];
  /** The checkpoint that the writer has last written or read: if the stored one is lower, documents have been lost. */
  readonly after: bigint;
  /** With this batch, the documents include every event up to and including this position. */
  readonly checkpoint: bigint;
  /** When the newest event of the batch was recorded, in milliseconds since 1970; undefined: it has none. */
  readonly recordedAt?: number;
  /** The newest of Appledger's events up to the checkpoint; undefined: the same as in the batch before. */
  readonly lastEvent?: EventMark | undefined;
  /** The identity of the event log that the events come from; undefined: unknown. */
  readonly log?: string | undefined;
}

/**
 * A filter in MongoDB's query language; fields are dotted paths. Every adapter supports equality, $eq, $ne, $in, $nin,
 * $gt, $gte, $lt, $lte, $exists, $regex, $not, $and, $or and $nor.
 */
export type Filter = { readonly [field: string]: unknown };

/** A query: which documents, in which order. */
export interface Find {
  readonly filter: Filter;
  /** Sort fields, the most significant first; texts compare by their UTF-8 bytes. */
  readonly sort: readonly Sort[];
  /** Default: 0. */
  readonly skip?: number;
  /** Default: all. */
  readonly limit?: number;
}

/** A page of the documents that match. */
export interface Found<D extends object> {
  readonly documents: readonly D[];
  /** The number of all documents that match. */
  readonly total: number;
}

/** A sort field, ascending (1) or descending (-1). */
export type Sort = readonly [field: string, direction: 1 | -1];

/** The part of the read model that queries use. */
export interface DocumentReader {
  /** Resolves when it is opened: files are checked first, and until then every other method throws. Never rejects. */
  opened(): Promise<void>;

  /** The document, or undefined when there is none. @throws ReadModelUnavailableError */
  get<D extends object>(collection: Collection<D>, id: string): Promise<D | undefined>;

  /** A page of the documents that match, in order, and their total number. @throws ReadModelUnavailableError */
  find<D extends object>(collection: Collection<D>, find: Find): Promise<Found<D>>;

  /** The checkpoint of a collection, or {@link NOTHING_PROJECTED}. @throws ReadModelUnavailableError */
  checkpoint(collection: Collection<object>): Promise<bigint>;

  /**
   * When the newest projected event was recorded, in milliseconds since 1970; undefined when there is none.
   *
   * @throws ReadModelUnavailableError
   */
  viewTime(collection: Collection<object>): Promise<number | undefined>;
}

/** Documents, their checkpoints, and records. What fails because the store is away throws ReadModelUnavailableError. */
export interface ReadModel extends DocumentReader, RecordStore {
  /** Creates the collection and its indexes unless they exist. @throws ReadModelUnavailableError */
  prepare(collection: Collection<object>): Promise<void>;

  /** The last event that was stored with the checkpoint, or undefined. @throws ReadModelUnavailableError */
  lastEvent(collection: Collection<object>): Promise<EventMark | undefined>;

  /** Removes the collection, its documents, indexes and checkpoint. @throws ReadModelUnavailableError */
  drop(collection: Collection<object>): Promise<void>;

  /** The documents with these ids, removed ones included; ids never written are absent. @throws ReadModelUnavailableError */
  getMany<D extends object>(
    collection: Collection<D>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Versioned<D>>>;

  /** Every document, removed ones included, ascending by the UTF-8 bytes of its id. @throws ReadModelUnavailableError */
  scan<D extends object>(collection: Collection<D>): AsyncIterable<Scanned<D>>;

  /**
   * Writes each document whose stored position is lower than the write's, leaves the others unchanged, and then moves
   * the checkpoint forward. After a crash the checkpoint is at most as new as the documents.
   *
   * @throws ReadModelUnavailableError a part of the batch may have been written; repeat it
   * @throws DocumentsLostError documents that were written before are gone, or the stored ones are of another event log;
   *   the checkpoint has not moved
   */
  apply<D extends object>(batch: Batch<D>): Promise<void>;

  /** Whether documents can be read and written now, and if not, why and what to do. Never throws. */
  health(): Promise<StoreHealth>;

  /** Waits for operations under way and releases every resource. */
  close(): Promise<void>;
}
