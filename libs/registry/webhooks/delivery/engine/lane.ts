import { BEFORE_FIRST_POSITION } from '#libs/engine/event-store/port/event-store.js';
import type { FeedEvent, StreamPlace } from '#libs/registry/feed/index.js';
import type { WaitingSubject } from '../state/waiting-subject.js';
import type { OpenEvent } from './completed-positions.js';

/** An event in memory, and its place among those that are not settled. */
export interface QueuedEvent {
  readonly event: FeedEvent;
  readonly open: OpenEvent;
}

/** The events of one stream, which are delivered one after the other. */
export interface Lane {
  readonly stream: string;
  /** Events in order; empty while the subject waits. */
  queue: QueuedEvent[];
  /** It is among the lanes that are ready, or an attempt is under way. */
  isBusy: boolean;
  /** The subject waits; undefined: it does not. */
  waiting: Waiting | undefined;
}

/** A subject that waits: its events are read from the stream. */
export interface Waiting {
  stored: WaitingSubject;
  /** The revision of the stream from which it is read. */
  next: bigint;
  /** What has been read and is not delivered. */
  read: StreamPlace[];
  /** The position up to which it has been read, and that of the newest event that was left to the stream. */
  readTo: bigint;
  leftTo: bigint;
  /** Cancels the timer of the next attempt. */
  cancel: (() => void) | undefined;
}

/** A lane without events. */
export function emptyLane(stream: string): Lane {
  return { stream, queue: [], isBusy: false, waiting: undefined };
}

/** The state of a subject that has begun to wait at its first event that is not delivered. */
export function waitingFrom(stored: WaitingSubject, leftTo: bigint): Waiting {
  return {
    stored,
    next: BigInt(stored.event.revision),
    read: [],
    readTo: BEFORE_FIRST_POSITION,
    leftTo,
    cancel: undefined,
  };
}
