import type { Collection } from './read-model.js';

/** One building of a projection's documents, from the first event on. */
export interface Generation {
  /** Ascends from 1; no number is given twice. */
  readonly number: number;
  /** What the documents are made by and indexed by; another definition needs another generation. */
  readonly definition: string;
  /** The identity of the event log that its documents come from; undefined: it was not known. */
  readonly log?: string | undefined;
}

/**
 * The record that says which generation of a collection's documents answers queries. To switch is to replace this one
 * record, so a reader sees the old documents or the new ones, never a mixture.
 */
export interface Generations {
  /** The highest number given so far. */
  readonly newest: number;
  /** Answers queries; undefined until the first one is complete. */
  readonly serving?: Generation;
  /** Is being built beside it. */
  readonly filling?: Generation;
  /** No longer served; kept a while for readers that have not heard of it. */
  readonly retired: readonly RetiredGeneration[];
}

export interface RetiredGeneration {
  readonly number: number;
  /** In milliseconds since 1970. */
  readonly since: number;
}

/** The name of the record of a collection's generations. */
export function generationsRecord({ name }: Collection<object>): string {
  return `generations of ${name}`;
}

/** The collection that holds the documents of one generation. */
export function inGeneration<D extends object>(collection: Collection<D>, number: number): Collection<D> {
  return { ...collection, name: `${collection.name}_${number}` };
}
