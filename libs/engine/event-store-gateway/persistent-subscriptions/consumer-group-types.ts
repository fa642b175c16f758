import type { CheckpointSettings, Progress } from './checkpoint-policy.js';
import type { ConsumerStrategyName } from './consumer-strategy.js';
import type { LatencyMeasurement } from './latency-statistics.js';
import type { TimedDelivery } from './message-timeouts.js';

/** The settings of a persistent subscription that decide how it delivers messages. */
export interface ConsumerGroupSettings extends CheckpointSettings {
  readonly strategy: ConsumerStrategyName;
  /** A message is parked after this many retries. */
  readonly maxRetryCount: number;
  /** A message without ack or nack is retried after this time, in milliseconds; 0 disables the timeout. */
  readonly messageTimeoutMs: number;
  /** Maximum number of buffered messages while the group catches up. */
  readonly historyBufferSize: number;
  /** Maximum number of buffered messages once the group is live. */
  readonly liveBufferSize: number;
  /** Whether the latency of each subscriber is measured. */
  readonly extraStatistics: boolean;
}

/** A message before its first delivery. */
export interface IncomingMessage<E> {
  /** The event id, which acks and nacks name. */
  readonly id: string;
  /** See {@link PinnableMessage}. */
  readonly pinningKey: string;
  readonly bytes: number;
  readonly event: E;
}

/** Events read from the group's source, a stream or $all. */
export interface ReadBatch<E> {
  readonly events: readonly (IncomingMessage<E> & { readonly position: bigint })[];
  /** Every event up to this position has been read; those missing in the batch do not match the filter. */
  readonly last: bigint;
  /** Number of events read, matching or not. */
  readonly scanned: number;
  /** Whether the batch reached the end of the source. */
  readonly live: boolean;
}

/** A message that is delivered until it is settled, that is acknowledged, skipped or parked. */
export interface Message<E> extends IncomingMessage<E>, TimedDelivery {
  /** Number of earlier deliveries. */
  retries: number;
  /** Whether a delivery of this message has timed out. */
  hasTimedOut: boolean;
  /** The progress when all earlier messages are settled; undefined for a replayed parked message. */
  readonly before: Progress | undefined;
  /** Revision in the parked stream; undefined for a message that is not replayed from there. */
  readonly parkedRevision: bigint | undefined;
}

/** The delivery state of a message before its first delivery. */
export const NOT_DELIVERED = { retries: 0, deliveredAt: 0, deadline: 0, deliveredAtCheck: 0, hasTimedOut: false };

/** What to do with a message that a consumer did not acknowledge, by EventStoreDB's names. */
export type NackAction = 'unknown' | 'park' | 'retry' | 'skip' | 'stop';

/** What the caller of a {@link ConsumerGroup} has to carry out. */
export type Effect<E> =
  | { readonly kind: 'deliver'; readonly subscriber: string; readonly message: Message<E> }
  | { readonly kind: 'park'; readonly message: Message<E>; readonly reason: string }
  /** Everything up to this position is settled, and a checkpoint is due. */
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  /** The subscriber has been removed and is to be notified. */
  | { readonly kind: 'drop'; readonly subscriber: string };

/** Statistics of a consumer group, as `GetInfo` reports them. */
export interface ConsumerGroupStatistics {
  /** Deliveries since the group was started, retries included. */
  readonly totalDeliveries: number;
  /** Messages held by subscribers. */
  readonly inFlight: number;
  /** Messages held by subscribers or being parked. */
  readonly outstanding: number;
  /** Messages waiting for their first delivery. */
  readonly buffered: number;
  /** Messages waiting for a retry. */
  readonly retries: number;
  readonly subscribers: readonly {
    readonly id: string;
    readonly size: number;
    readonly inFlight: number;
    readonly deliveries: number;
    readonly latencies: readonly LatencyMeasurement[];
  }[];
}
