import type { CloudEvent } from './cloud-event.js';

/** A public event in the feed. */
export interface FeedEvent {
  readonly position: bigint;
  /** The stream in which it is, and its place there, from 0. */
  readonly stream: string;
  readonly revision: bigint;
  /** The stored type. */
  readonly type: string;
  /** The organization that owns the subject. */
  readonly resourceOwner: string;
  /** The kind of aggregate that the subject is, and its id. */
  readonly aggregate: string;
  readonly subject: string;
  /** What subscribers get. */
  readonly envelope: CloudEvent;
}

/** Some events of the feed, in order. */
export interface FeedStep {
  readonly events: readonly FeedEvent[];
  /** Every event up to this position has been delivered, or is not selected. */
  readonly position: bigint;
  /** Nothing newer was known. */
  readonly caughtUp: boolean;
}
