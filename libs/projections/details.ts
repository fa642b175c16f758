import type { StoredEvent } from '#libs/contract/events/event-codec.js';

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
export function changedBy(event: StoredEvent, details: DocumentDetails): DocumentDetails {
  return { ...details, sequence: sequenceAfter(event), changeDate: event.meta.occurredAt };
}

function sequenceAfter(event: StoredEvent): string {
  return (event.revision + 1n).toString();
}
