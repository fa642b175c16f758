/** What an error says of the event that it is about; the place is unknown for an event that is yet to be written. */
export interface FaultyEvent {
  readonly type: string;
  readonly stream?: string;
  readonly position?: bigint;
}

/** A stored event cannot be read, or an event cannot be written. Repeating does not help. */
export abstract class UnreadableEventError extends Error {
  protected constructor(event: FaultyEvent, fault: string) {
    const place = event.stream === undefined ? '' : ` in stream ${event.stream} at position ${event.position}`;
    super(`event ${event.type}${place} ${fault}`);
  }
}

/** The data or metadata of an event do not have the shape that its type and version promise. */
export class MalformedEventError extends UnreadableEventError {
  override readonly name = 'MalformedEventError';

  constructor(
    event: FaultyEvent,
    /** What is wrong, with the path to it. */
    readonly fault: string,
  ) {
    super(event, `is malformed: ${fault}`);
  }
}

/**
 * A newer version of this program has written the event: its type, or its version, is not known here. Skipping
 * it would be a guess, so a reader stops until this process has been updated.
 */
export class NewerEventError extends UnreadableEventError {
  override readonly name = 'NewerEventError';

  /** @param fault what is not known, as the predicate of a sentence about the event */
  constructor(event: FaultyEvent, fault: string) {
    super(event, `${fault}: a newer version of this program has written it, update this one`);
  }
}
