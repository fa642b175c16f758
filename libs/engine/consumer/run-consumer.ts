import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { CheckpointLostError } from './checkpoint-store.js';
import { CheckpointedHandler } from './checkpointed-handler.js';
import type { Consumer } from './consumer.js';
import { ConsumerRunner, type FailureCounter } from './consumer-runner.js';
import { UnhandledEventError } from './consumer-status.js';
import { OtherLogError } from './log-match.js';

/** The dependencies of a consumer. */
export interface ConsumerParts {
  readonly eventStore: EventStore;
  readonly log: Log;
  readonly metrics: FailureCounter;
}

/** A runner for a consumer, yet to be started. Every error of the consumer is tried again but those that end it. */
export function consumerRunner(consumer: Consumer, { eventStore, log, metrics }: ConsumerParts): ConsumerRunner {
  const { name, streamPrefixes } = consumer;
  const options = { name, eventStore, filter: { streamPrefixes }, log, metrics, isTransient, isLost };
  return new ConsumerRunner(options, new CheckpointedHandler(consumer, eventStore));
}

function isTransient(error: unknown): boolean {
  return !(error instanceof UnhandledEventError || error instanceof OtherLogError || isLost(error));
}

function isLost(error: unknown): boolean {
  return error instanceof CheckpointLostError;
}
