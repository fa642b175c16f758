import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { BEFORE_FIRST_POSITION } from '#libs/engine/event-store/port/event-store.js';
import { type Lag, MAX_LAG_EVENTS } from './lag.js';

/** Batches as large as one event and as large as they come. */
const BATCH_BUCKETS = [1, 5, 20, 100, 500, 2_000];

/** What projections tell of themselves in Prometheus' terms. */
export class ProjectionMetrics {
  private readonly batches: Histogram;
  private readonly failures: Counter;
  private readonly setsAside: Counter;
  private readonly foreignEvents: Counter;
  private readonly foreignKinds = new Set<string>();
  private foreignUntil = BEFORE_FIRST_POSITION;

  constructor(private readonly registry: Registry) {
    this.batches = new Histogram({
      name: 'appledger_projection_batch_events',
      help: 'Events in a batch that was written',
      labelNames: ['projection'],
      buckets: BATCH_BUCKETS,
      registers: [registry],
    });
    this.failures = new Counter({
      name: 'appledger_projection_failures_total',
      help: 'Times a projection was interrupted or has stopped',
      labelNames: ['projection'],
      registers: [registry],
    });
    this.setsAside = new Counter({
      name: 'appledger_projection_set_aside_total',
      help: 'Times that documents were set aside because they are of another event log',
      labelNames: ['projection'],
      registers: [registry],
    });
    this.foreignEvents = new Counter({
      name: 'appledger_foreign_events_total',
      help: "Events of other programs in streams that begin as Appledger's do; they are left out",
      labelNames: ['stream'],
      registers: [registry],
    });
  }

  /**
   * An event of another program has been left out although its stream begins as Appledger's do. Each is counted once,
   * however many projections pass it.
   *
   * @param kind of the stream that it stands in
   * @returns whether it is the first of its kind
   */
  foreign(kind: string, position: bigint): boolean {
    if (position <= this.foreignUntil) return false;
    this.foreignUntil = position;
    this.foreignEvents.inc({ stream: kind });
    const isFirst = !this.foreignKinds.has(kind);
    this.foreignKinds.add(kind);
    return isFirst;
  }

  /** Documents have been set aside. */
  setAside(projection: string): void {
    this.setsAside.inc({ projection });
  }

  /** A batch has been written. */
  batch(projection: string, events: number): void {
    this.batches.observe({ projection }, events);
  }

  /** A projection has been interrupted, or has stopped. */
  failure(projection: string): void {
    this.failures.inc({ projection });
  }

  /** Reads the lag of each projection, and which of them have stopped, whenever the metrics are asked for. */
  watch(lags: () => Promise<readonly Lag[]>, stopped: () => ReadonlyMap<string, boolean>): void {
    this.gauge(
      'stopped',
      '1 when an event that cannot be projected has stopped the projection in this process',
      async () => Array.from(stopped(), ([projection, hasStopped]) => [projection, hasStopped ? 1 : 0]),
    );
    this.gauge('lag_events', `Events that are not yet in the documents, counted up to ${MAX_LAG_EVENTS}`, async () =>
      (await lags()).map(({ projection, events }) => [projection, events]),
    );
    this.gauge('lag_seconds', 'Age of the oldest event that is not yet in the documents, 0 when all are', async () =>
      (await lags()).map(({ projection, seconds }) => [projection, seconds]),
    );
  }

  private gauge(name: string, help: string, values: () => Promise<readonly (readonly [string, number])[]>): void {
    new Gauge({
      name: `appledger_projection_${name}`,
      help,
      labelNames: ['projection'],
      registers: [this.registry],
      async collect() {
        for (const [projection, value] of await values()) this.set({ projection }, value);
      },
    });
  }
}
