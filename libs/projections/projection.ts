import type { StoredEvent } from '#libs/contract/events/event-codec.js';
import type { EventType } from '#libs/domain/events.js';
import type { Collection } from '#libs/read-model/port/read-model.js';

/** An entry of a projection's table for events that do not concern it. */
export const ignore = Symbol('ignore');

/** A stored event of this type. */
export type EventNamed<Type extends EventType> = Extract<StoredEvent, { readonly type: Type }>;

/** What one type of event does to a document. Both functions are pure. */
export interface Step<D extends object, Type extends EventType> {
  /** The id of the document that the event touches. */
  id(event: EventNamed<Type>): string;
  /** The document after the event, given the one before; undefined: there is none. */
  document(document: D | undefined, event: EventNamed<Type>): D | undefined;
}

/** An entry for every type of event: one that is left out does not compile, so that a new type forces a decision. */
export type ProjectionTable<D extends object> = {
  readonly [Type in EventType]: Step<D, Type> | typeof ignore;
};

/** How events become the documents of one collection. */
export interface Projection<D extends object = object> {
  /** Names the checkpoint, the log lines and the health: the collection's name. */
  readonly name: string;
  readonly collection: Collection<D>;
  /** Beginnings of the names of the streams in which the events stand that the table does not ignore. */
  readonly streamPrefixes: readonly string[];
  /** What events of this type do; undefined when they do not concern this projection, or are not Appledger's. */
  stepFor(type: string): Step<D, EventType> | undefined;
}

/**
 * Declares a projection.
 *
 * @param collection where the documents are
 * @param streamPrefixes the streams that hold the events of the table's steps
 * @param table what each type of event does
 */
export function projection<D extends object>(
  collection: Collection<D>,
  streamPrefixes: readonly string[],
  table: ProjectionTable<D>,
): Projection<D> {
  const steps = new Map<string, Step<D, EventType>>();
  for (const [type, step] of Object.entries(table)) {
    if (step !== ignore) steps.set(type, step as Step<D, EventType>);
  }
  return { name: collection.name, collection, streamPrefixes, stepFor: (type) => steps.get(type) };
}

/**
 * The document before an event that cannot be the first.
 *
 * @throws Error there is none: an event is missing before this one
 */
export function required<D extends object>(document: D | undefined, event: StoredEvent): D {
  if (document === undefined) throw new Error(`${event.type} comes before the event that creates the document`);
  return document;
}
