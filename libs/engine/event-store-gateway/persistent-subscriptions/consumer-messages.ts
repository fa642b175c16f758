import type { CheckpointRules, Progress } from './checkpoint-timing.js';
import type { ConsumerStrategyName } from './consumer-strategy.js';
import type { LatencyFigure } from './latencies.js';
import type { TimedDelivery } from './message-timeouts.js';

/** How a group behaves. */
export interface GroupRules extends CheckpointRules {
  readonly strategy: ConsumerStrategyName;
  /** A message that was delivered once and again so many times is parked. */
  readonly maxRetryCount: number;
  /** What is neither acknowledged nor refused within this time is retried, in milliseconds; 0: there is no limit. */
  readonly messageTimeoutMs: number;
  /** Messages that wait while the group catches up. */
  readonly historyBufferSize: number;
  /** Messages that wait once it has. */
  readonly liveBufferSize: number;
  /** Whether it is measured how long subscribers take. */
  readonly extraStatistics: boolean;
}

/** Something to deliver. */
export interface Incoming<E> {
  /** By which it is acknowledged. */
  readonly id: string;
  /** See consumer-strategy.ts. */
  readonly pin: string;
  readonly bytes: number;
  readonly event: E;
}

/** Events read from the stream, or from $all. */
export interface Batch<E> {
  readonly events: readonly (Incoming<E> & { readonly place: bigint })[];
  /** Everything up to here has been read; events that are not in the batch are not wanted. */
  readonly last: bigint;
  /** How many events have been looked at. */
  readonly considered: number;
  /** Whether there was nothing further when the batch was read. */
  readonly live: boolean;
}

/** Something that is delivered until it is settled: acknowledged, skipped, or parked. */
export interface Message<E> extends Incoming<E>, TimedDelivery {
  /** How often it has been delivered before. */
  retries: number;
  /** Whether a subscriber has not settled it in time. */
  wasOverdue: boolean;
  /** What is settled when everything before this message is; undefined for a parked one that is replayed. */
  readonly before: Progress | undefined;
  /** Where it stands among the parked ones; undefined for all others. */
  readonly parkedAt: bigint | undefined;
}

/** A message that nobody has got yet. */
export const UNDELIVERED = { retries: 0, deliveredAt: 0, deadline: 0, deliveredAtLook: 0, wasOverdue: false };

/** What a subscriber says of a message that it does not acknowledge, named as EventStoreDB names it. */
export type NackAction = 'unknown' | 'park' | 'retry' | 'skip' | 'stop';

/** What has to be done now. */
export type Effect<E> =
  | { readonly kind: 'deliver'; readonly subscriber: string; readonly message: Message<E> }
  | { readonly kind: 'park'; readonly message: Message<E>; readonly reason: string }
  /** Everything up to this place is settled, and it is time to remember that. */
  | { readonly kind: 'checkpoint'; readonly place: bigint }
  /** The subscriber is to be told that it is out; it has left already. */
  | { readonly kind: 'drop'; readonly subscriber: string };

/** What a group and its subscribers are at. */
export interface GroupFigures {
  /** Since the group was started, deliveries that were repeated included. */
  readonly deliveries: number;
  /** With subscribers. */
  readonly inFlight: number;
  /** With subscribers, or about to be parked. */
  readonly outstanding: number;
  /** Not delivered yet. */
  readonly waiting: number;
  /** To be delivered again. */
  readonly retries: number;
  readonly subscribers: readonly {
    readonly id: string;
    readonly size: number;
    readonly inFlight: number;
    readonly deliveries: number;
    readonly latencies: readonly LatencyFigure[];
  }[];
}
