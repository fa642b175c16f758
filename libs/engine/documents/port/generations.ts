import type { Collection } from './read-model.js';

/** One build of a projection's documents, starting at the first event. */
export interface Generation {
  /** Ascends from 1; no number is used twice. */
  readonly number: number;
  /** Identifies the projection's version and its indexes; another definition needs another generation. */
  readonly definition: string;
  /** The identity of the event log that its documents come from; undefined: unknown. */
  readonly log?: string | undefined;
}

/**
 * The record of a collection's generations, with the one that answers queries. Switching replaces this one record, so a
 * reader sees the old documents or the new ones, never a mixture.
 */
export interface Generations {
  /** The highest number used so far. */
  readonly newest: number;
  /** The generation that answers queries; undefined until the first one is complete. */
  readonly serving?: Generation;
  /** The generation that is being built. */
  readonly filling?: Generation;
  /** Generations that no longer serve; they are kept for a time, for readers that have not seen the switch. */
  readonly retired: readonly RetiredGeneration[];
}

/** A generation that no longer serves. */
export interface RetiredGeneration {
  readonly number: number;
  /** When it was replaced, in milliseconds since 1970. */
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
