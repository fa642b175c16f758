import type { Collection } from './read-model.js';

/** The documents that an answer depends on: those of a collection, or only those that one stream's events change. */
export interface Source {
  readonly collection: Collection<object>;
  /** The name of the stream; undefined: any document of the collection may be in the answer. */
  readonly stream?: string;
}

/** How current an answer must be. */
export interface Wanted {
  readonly sources: readonly Source[];
  /** The answer includes all events up to this position in $all that concern the sources. */
  readonly position: bigint;
  /** True: it also includes all such events that are in the event store now. */
  readonly asTheStore: boolean;
}
