import type { AppendResult, StreamCondition } from '#libs/engine/event-store/port/event-store.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import type { CommandContext } from './command-context.js';

/** An append of events to one stream. */
export interface StreamChange<E extends AnyEvent = AnyEvent> {
  readonly stream: string;
  readonly events: readonly E[];
  /** The revision that the stream must have. */
  readonly expected: bigint | 'noStream';
  /** The revision that another stream must have, for stores that check it with the append (`checksOtherStreams`). */
  readonly provided?: StreamCondition | undefined;
}

/** What a command has decided to append to the stream of its aggregate, at the revision that was loaded. */
export interface PlannedAppend<E extends AnyEvent = AnyEvent> extends Omit<StreamChange<E>, 'provided'> {
  /** Must be made before the append, such as that of a unique name. */
  readonly reservation?: Reservation | undefined;
  /** Another aggregate without which the append must not happen, such as the parent of this one. */
  readonly dependency?: Dependency | undefined;
}

/** An append to a stream of its own that reserves something for the aggregate, before the aggregate's own append. */
export interface Reservation {
  /** Reserves what nobody has ever reserved: tried first, together with the aggregate's own append. */
  readonly first: StreamChange;
  /**
   * Reserves it when `first` has met a revision conflict, because somebody holds it or has held it.
   *
   * @returns false when somebody else holds it
   */
  readonly claim: (context: CommandContext) => Promise<boolean>;
}

/**
 * Another aggregate that a decision depends on. A store that checks other streams refuses the append when that
 * aggregate has changed. In any other store the aggregate is checked before the append, and again after it; an append
 * that came after the end of that aggregate is withdrawn.
 */
export interface Dependency {
  /** Its stream, at the revision that was decided on; undefined: it has none. */
  readonly condition: StreamCondition | undefined;
  /**
   * Set when the decision was made without a look at the store: looks now.
   *
   * @throws RevisionConflictError it is not there any more
   */
  readonly confirm?: (() => Promise<void>) | undefined;
  /** Whether it was still there at a position in $all. */
  readonly wasThereAt: (position: bigint) => Promise<boolean>;
  /** What ends the aggregate that was appended to, when the append came too late. Empty: the append has ended it. */
  readonly withdrawal: readonly AnyEvent[];
}

/** A plan that has been carried out. */
export interface CommittedAppend<P extends PlannedAppend> {
  readonly plan: P;
  readonly appended: AppendResult;
  /** The time in its events, in milliseconds since 1970. */
  readonly at: number;
}

/** One attempt to carry out a command. */
export interface Attempt {
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly isFirst: boolean;
}

/** Loads and decides, or draws new ids. What it throws ends the command. */
export type Plan<P extends PlannedAppend> = (attempt: Attempt) => P | Promise<P>;
