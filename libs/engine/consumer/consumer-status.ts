import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { OtherLogError } from './log-match.js';

/**
 * `failed`: an event cannot be handled; `lost`: what had been stored is gone; `foreign`: the checkpoint belongs to
 * another log. Trying again mends none of these.
 */
export type ConsumerState = 'starting' | 'catchingUp' | 'live' | 'stopped' | EndState;

/** The consumer has stopped for good. */
export type EndState = 'failed' | 'lost' | 'foreign';

export const END_STATES: ReadonlySet<ConsumerState> = new Set<EndState>(['failed', 'lost', 'foreign']);

/** The event that could not be handled. */
export type EventPlace = Pick<RecordedEvent, 'id' | 'type' | 'stream' | 'position'>;

/** The status of a consumer. */
export interface ConsumerStatus {
  readonly state: ConsumerState;
  /** Every event up to and including this position has been handled. */
  readonly position: bigint;
  /** Why it has stopped for good, or which failure it is waiting out now. */
  readonly failure?: { readonly message: string; readonly event?: EventPlace };
}

/** An event cannot be handled, now or later: the consumer stops before it. */
export class UnhandledEventError extends Error {
  override readonly name: string = 'UnhandledEventError';
  readonly event: EventPlace;

  /** @param message says which event, and why */
  constructor({ id, type, stream, position }: EventPlace, message: string, cause?: unknown) {
    super(message, { cause });
    this.event = { id, type, stream, position };
  }
}

/**
 * The state of a consumer that has stopped for good because of an error.
 *
 * @param isLost answers whether the error says that what had been stored is gone
 */
export function endStateOf(error: unknown, isLost: (error: unknown) => boolean): EndState {
  if (isLost(error)) return 'lost';
  return error instanceof OtherLogError ? 'foreign' : 'failed';
}
