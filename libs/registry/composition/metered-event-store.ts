import type { Registry } from 'prom-client';
import { RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { DurationMeter, MeteredHistogram } from '#libs/engine/runtime/duration-meter.js';
import type { Tracing } from '#libs/engine/runtime/tracing/tracing.js';

/** Upper bounds of the histogram's buckets, in milliseconds. An append waits for the disk, or for a cluster. */
const BUCKETS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000];

const DURATION = {
  name: 'appledger_append_duration_seconds',
  help: 'How long appends of commands to the event store took',
  labelNames: ['outcome'],
} as const;

/**
 * The store, with metrics of the number and the duration of its appends, by their outcome. An append to several
 * streams counts as one.
 *
 * @param tracing gets a span for each append, if it is enabled
 */
export function meteredEventStore(store: EventStore, registry: Registry, tracing?: Tracing): EventStore {
  const written = new DurationMeter(BUCKETS_MS);
  const conflict = new DurationMeter(BUCKETS_MS);
  const failed = new DurationMeter(BUCKETS_MS);
  const meters = Object.entries({ written, conflict, failed }).map(([outcome, meter]) => ({
    labels: { outcome },
    meter,
  }));
  new MeteredHistogram(registry, DURATION, () => meters);
  const counted = async <R>(append: () => Promise<R>): Promise<R> => {
    const began = performance.now();
    try {
      const result = await append();
      written.took(performance.now() - began);
      return result;
    } catch (error) {
      const outcome = error instanceof RevisionConflictError ? conflict : failed;
      outcome.took(performance.now() - began);
      throw error;
    }
  };
  const measured = <R>(append: () => Promise<R>): Promise<R> =>
    tracing === undefined ? counted(append) : tracing.within({ name: 'append', kind: 'client' }, () => counted(append));
  return {
    checksOtherStreams: store.checksOtherStreams,
    readsFromAnyPosition: store.readsFromAnyPosition,
    get connectionCount() {
      return store.connectionCount;
    },
    get localHead() {
      return store.localHead;
    },
    append: (stream, events, expected, options) => measured(() => store.append(stream, events, expected, options)),
    appendInOrder: (appends, options) => measured(() => store.appendInOrder(appends, options)),
    readStream: (stream, options) => store.readStream(stream, options),
    readAll: (options) => store.readAll(options),
    subscribeToAll: (options) => store.subscribeToAll(options),
    head: () => store.head(),
    health: () => store.health(),
    close: () => store.close(),
  };
}
