import { type EventNamed, required, type Step } from '#libs/engine/projector/projection.js';
import type { StoredEvent } from '#libs/registry/contract/events/event-codec.js';
import type { EventType } from './events.js';

/** What every document says about its aggregate, as the contract's `details` answer it. */
export interface DocumentDetails {
  /** Version of the aggregate's stream, a decimal string: how many events it has. */
  readonly sequence: string;
  /** Times of the first and of the newest event, RFC 3339 in UTC with milliseconds. */
  readonly creationDate: string;
  readonly changeDate: string;
  /** The organization that owns the aggregate. */
  readonly resourceOwner: string;
}

/** The details after an aggregate's first event. */
export function createdBy(event: StoredEvent): DocumentDetails {
  return {
    sequence: sequenceAfter(event),
    creationDate: event.meta.occurredAt,
    changeDate: event.meta.occurredAt,
    resourceOwner: event.meta.resourceOwner,
  };
}

/** The details after a later event. */
function changedBy(event: StoredEvent, details: DocumentDetails): DocumentDetails {
  return { ...details, sequence: sequenceAfter(event), changeDate: event.meta.occurredAt };
}

/**
 * A step for events of an aggregate that its document shows.
 *
 * @param id the document that the event is about
 * @param change what is other than before; the details follow by themselves
 */
export function changing<D extends { readonly details: DocumentDetails }, Type extends EventType>(
  id: (event: EventNamed<Type>) => string,
  change: (event: EventNamed<Type>, document: NoInfer<D>) => Partial<NoInfer<D>>,
): Step<D, Type> {
  return {
    id,
    document: (before, event) => {
      const document = required(before, event);
      return { ...document, ...change(event, document), details: changedBy(event, document.details) };
    },
  };
}

/** A step for the event that ends an aggregate, or a part of it. */
export function removing<D extends object, Type extends EventType>(
  id: (event: EventNamed<Type>) => string,
): Step<D, Type> {
  return {
    id,
    document: (before, event) => {
      required(before, event);
      return undefined;
    },
  };
}

function sequenceAfter(event: StoredEvent): string {
  return (event.revision + 1n).toString();
}
