import type { Collection } from './read-model.js';

/** What an answer is made of: the documents of a collection, or those of them that one stream's events make. */
export interface Source {
  readonly collection: Collection<object>;
  /** The name of the stream; undefined: any document of the collection may be in the answer. */
  readonly stream?: string;
}

/** How new an answer has to be. */
export interface Wanted {
  readonly sources: readonly Source[];
  /** Everything up to this position in $all, as far as the sources are concerned. */
  readonly position: bigint;
  /** True: everything that is in the event store now, too. */
  readonly asTheStore: boolean;
}
