import type { StoreHealth } from '#libs/engine/kernel/store-health.js';

/**
 * The read-model port: documents that projections write and queries read. It asks little of the database behind it:
 * no transaction over several documents, no rename, no collation. Every write is conditional on the position of the
 * document's own last event, so a batch that arrives twice, or late, changes nothing.
 */

/** The checkpoint of documents into which no event has been projected. */
export const NOTHING_PROJECTED = -1n;

/** A kind of document. */
export interface Collection<D extends object> {
  /** Letters, digits and underscores; the name of the MongoDB collection. */
  readonly name: string;
  /** What queries look for. They take effect with {@link ReadModel.prepare}. */
  readonly indexes?: readonly Index[];
  /** Carries the document's type; never set. */
  readonly document?: D;
}

/**
 * The fields of an index, with dots into nested objects; their values are texts or absent. It serves equality on the
 * first fields and order by those that follow.
 */
export type Index = readonly string[];

/** A document with the position of the last event that it holds. */
export interface Versioned<D extends object> {
  readonly position: bigint;
  /** undefined: the last event removed it; the position is kept, so that an older event cannot bring it back. */
  readonly document: D | undefined;
}

/** A document that a scan has come to. */
export interface Scanned<D extends object> extends Versioned<D> {
  readonly id: string;
}

/** What to store under an id, as of a position. */
export interface Write<D extends object> extends Versioned<D> {
  readonly id: string;
  /** Nothing has been stored under the id before, as far as the writer knows: an insert will do. */
  readonly begins?: boolean;
}

/** An event by its places: a log that holds it there is the one that it was read from, or a copy of that one. */
export interface EventMark {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
}

/** What a projection writes in one go: the documents first, then the checkpoint of their collection. */
export interface Batch<D extends object> {
  readonly collection: Collection<D>;
  readonly writes: readonly Write<D>[];
  /** The checkpoint that the writer has last written or read: if the stored one is older, documents have been lost. */
  readonly after: bigint;
  /** Every event up to and including this position is in the documents. */
  readonly checkpoint: bigint;
  /** When the newest of the events was recorded, in milliseconds since 1970; undefined: there are none. */
  readonly recordedAt?: number;
  /** The newest of Appledger's events up to the checkpoint; undefined: the one of the batch before. */
  readonly lastEvent?: EventMark | undefined;
  /** The identity of the event log that the events come from; undefined: it is not known. */
  readonly log?: string | undefined;
}

/**
 * A filter in MongoDB's query language, its fields with dots into nested objects. Both adapters take equality, $eq,
 * $ne, $in, $nin, $gt, $gte, $lt, $lte, $exists, $regex, $not, $and, $or and $nor.
 */
export type Filter = { readonly [field: string]: unknown };

/** Which documents, in which order. */
export interface Find {
  readonly filter: Filter;
  /** Fields in order of weight; texts compare by their UTF-8 bytes. */
  readonly sort: readonly Sort[];
  /** Default: 0. */
  readonly skip?: number;
  /** Default: all. */
  readonly limit?: number;
}

/** A stretch of the documents that match. */
export interface Found<D extends object> {
  readonly documents: readonly D[];
  /** How many match in all. */
  readonly total: number;
}

/** A field, ascending or descending. */
export type Sort = readonly [field: string, direction: 1 | -1];

/** A small record beside the documents, for whoever keeps them: replaced only by who knows its version. */
export interface StoredRecord<T> {
  readonly value: T;
  /** Ascends with every write. */
  readonly version: number;
}

/** What queries may ask. */
export interface DocumentReader {
  /** The document, or undefined when there is none. @throws ReadModelUnavailableError */
  get<D extends object>(collection: Collection<D>, id: string): Promise<D | undefined>;

  /** A stretch of the documents that match, in order, and how many there are. @throws ReadModelUnavailableError */
  find<D extends object>(collection: Collection<D>, find: Find): Promise<Found<D>>;

  /** How far the documents of a collection have come, or {@link NOTHING_PROJECTED}. @throws ReadModelUnavailableError */
  checkpoint(collection: Collection<object>): Promise<bigint>;

  /**
   * When the newest event that the documents hold was recorded, in milliseconds since 1970; undefined when they hold
   * none. @throws ReadModelUnavailableError
   */
  viewTime(collection: Collection<object>): Promise<number | undefined>;
}

export interface ReadModel extends DocumentReader {
  /** Makes the collection and its indexes, unless they are there. @throws ReadModelUnavailableError */
  prepare(collection: Collection<object>): Promise<void>;

  /** The event that was given with the checkpoint, or undefined. @throws ReadModelUnavailableError */
  lastEvent(collection: Collection<object>): Promise<EventMark | undefined>;

  /** Removes the collection, its documents, indexes and checkpoint. @throws ReadModelUnavailableError */
  drop(collection: Collection<object>): Promise<void>;

  /** The documents of these ids, removed ones included; ids never written are left out. @throws ReadModelUnavailableError */
  getMany<D extends object>(
    collection: Collection<D>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Versioned<D>>>;

  /** Every document, removed ones included, ascending by the UTF-8 bytes of its id. @throws ReadModelUnavailableError */
  scan<D extends object>(collection: Collection<D>): AsyncIterable<Scanned<D>>;

  /**
   * Writes each document whose stored position is older than the write's, leaves the others as they are, and then
   * moves the checkpoint, which never goes back. After a crash the checkpoint is at most as new as the documents.
   *
   * @throws ReadModelUnavailableError some of it may have been written; repeat it
   * @throws DocumentsLostError what was written before is gone, or what is there comes from another event log; the
   *   checkpoint has not moved
   */
  apply<D extends object>(batch: Batch<D>): Promise<void>;

  /** A record, or undefined when there is none of this name. @throws ReadModelUnavailableError */
  record<T extends object>(name: string): Promise<StoredRecord<T> | undefined>;

  /**
   * Writes a record if it still has the version that the writer knows.
   *
   * @param expected the version that was read; undefined: there was none
   * @returns the new version, or undefined when somebody else was first and nothing was written
   * @throws ReadModelUnavailableError it may or may not have been written
   */
  putRecord<T extends object>(name: string, value: T, expected: number | undefined): Promise<number | undefined>;

  /** Says whether documents can be read and written now, and if not, why and what to do. Never throws. */
  health(): Promise<StoreHealth>;

  /** Finishes what is under way and lets go of every resource. */
  close(): Promise<void>;
}
