import { Histogram, type Registry } from 'prom-client';
import { RevisionConflictError } from '#libs/event-store/port/event-store.errors.js';
import type { EventStore } from '#libs/event-store/port/event-store.js';

/** An append waits for the disk, or for a cluster. */
const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The store, with its appends and how long they take told to Prometheus, by how they ended. Those of several streams count as one. */
export function meteredEventStore(store: EventStore, registry: Registry): EventStore {
  const durations = new Histogram({
    name: 'appledger_append_duration_seconds',
    help: 'How long appends of commands to the event store took',
    labelNames: ['outcome'],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  const measured = async <R>(append: () => Promise<R>): Promise<R> => {
    const took = durations.startTimer();
    try {
      const result = await append();
      took({ outcome: 'written' });
      return result;
    } catch (error) {
      took({ outcome: error instanceof RevisionConflictError ? 'conflict' : 'failed' });
      throw error;
    }
  };
  return {
    append: (stream, events, expected) => measured(() => store.append(stream, events, expected)),
    appendInOrder: (appends) => measured(() => store.appendInOrder(appends)),
    readStream: (stream, options) => store.readStream(stream, options),
    readAll: (options) => store.readAll(options),
    subscribeToAll: (options) => store.subscribeToAll(options),
    head: () => store.head(),
    health: () => store.health(),
    close: () => store.close(),
  };
}
