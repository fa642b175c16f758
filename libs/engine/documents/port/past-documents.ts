import type { Collection, DocumentReader } from './read-model.js';

/** The documents of a collection that are wanted: those that the events of some streams make. */
export interface PastSource {
  readonly collection: Collection<object>;
  readonly streams: readonly string[];
}

/** Documents that were made for one answer. */
export interface MadeDocuments {
  /** By the names of their collections. */
  readonly collections: ReadonlyMap<string, readonly object[]>;
  /** The position of the newest event in them; undefined: there is none. */
  readonly position: bigint | undefined;
  /** When that event happened, in milliseconds since 1970. */
  readonly time: number | undefined;
}

/** Makes a reader of such documents. Their ids are in the field `id`. */
export type ReadMadeDocuments = (made: MadeDocuments) => DocumentReader;
