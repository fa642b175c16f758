import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';

/** An entry of a projection's table for events that do not concern it. */
export const ignore = Symbol('ignore');

/** What a stored event of one type does to a document. Both functions are pure. */
export interface Step<D extends object, Event extends DecodedEvent = DecodedEvent> {
  /** The id of the document that the event touches. */
  id(event: Event): string;
  /** The document after the event, given the one before; undefined: there is none. */
  document(document: D | undefined, event: Event): D | undefined;
  /** The event is the first that can concern its document: there is nothing before it to load, or to lose. */
  readonly begins?: true;
}

/**
 * An entry for every type of event in the projection's streams: one that is left out does not compile, so that a new
 * type forces a decision.
 */
export type ProjectionTable<D extends object, Event extends AnyEvent> = {
  readonly [Type in Event['type']]: Step<D, DecodedEvent<Extract<Event, { readonly type: Type }>>> | typeof ignore;
};

/** How events become the documents of one collection. */
export interface Projection<D extends object = object> {
  /** Names the log lines, the health and the metrics: the collection's name. */
  readonly name: string;
  readonly collection: Collection<D>;
  /** What the documents depend on: when it is another one than before, they are built again. */
  readonly definition: string;
  /** Beginnings of the names of the streams in which the events stand that the table does not ignore. */
  readonly streamPrefixes: readonly string[];
  /** What events of this type do; undefined when they do not concern this projection, or are not Appledger's. */
  stepFor(type: string): Step<D> | undefined;
}

/** What a projection is declared by. `Event` is the union of the events in its streams. */
export interface ProjectionDeclaration<D extends object, Event extends AnyEvent> {
  /** Where the documents are. Other indexes than before mean that they are built again. */
  readonly collection: Collection<D>;
  /**
   * Raised whenever the same events are to give other documents: they are then built again beside the old ones. Golden
   * documents in test/golden/documents show when it has to be.
   */
  readonly version: number;
  /** The streams that hold the events of the table's steps. */
  readonly streamPrefixes: readonly string[];
  /** What each type of event does. */
  readonly table: ProjectionTable<D, Event>;
}

/** Declares a projection. */
export function projection<D extends object, Event extends AnyEvent>(
  declaration: ProjectionDeclaration<D, Event>,
): Projection<D> {
  const { collection, version, streamPrefixes, table } = declaration;
  const steps = new Map<string, Step<D>>();
  for (const [type, step] of Object.entries<Step<D> | typeof ignore>(table)) {
    if (step !== ignore) steps.set(type, step);
  }
  return {
    name: collection.name,
    collection,
    definition: JSON.stringify({ version, indexes: collection.indexes ?? [] }),
    streamPrefixes,
    stepFor: (type) => steps.get(type),
  };
}

/**
 * The document before an event that cannot be the first.
 *
 * @throws Error there is none: an event is missing before this one
 */
export function required<D extends object>(document: D | undefined, event: AnyEvent): D {
  if (document === undefined) throw new Error(`${event.type} comes before the event that creates the document`);
  return document;
}
