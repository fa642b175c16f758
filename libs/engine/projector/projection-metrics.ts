import { Counter, Histogram, type Registry } from 'prom-client';
import { ConsumerMetrics } from '#libs/engine/consumer/consumer-metrics.js';
import { BEFORE_FIRST_POSITION } from '#libs/engine/event-store/port/event-store.js';

/** From a batch of one event to the largest. */
const BATCH_BUCKETS = [1, 5, 20, 100, 500, 2_000];

/** What projections count for Prometheus, besides what every consumer does. */
export class ProjectionMetrics extends ConsumerMetrics {
  private readonly batches: Histogram;
  private readonly setsAside: Counter;
  private readonly foreignEvents: Counter;
  private readonly foreignKinds = new Set<string>();
  /** Events of other programs have been counted up to this position: each is counted once for all projections. */
  foreignCountedTo = BEFORE_FIRST_POSITION;

  constructor(registry: Registry) {
    super(registry, { prefix: 'appledger_projection', label: 'projection' });
    this.batches = new Histogram({
      name: 'appledger_projection_batch_events',
      help: 'Events in a batch that was written',
      labelNames: ['projection'],
      buckets: BATCH_BUCKETS,
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
   * An event of another program has been left out although its stream begins as Appledger's do.
   *
   * @param kind of the stream that it stands in
   * @returns whether it is the first of its kind
   */
  foreign(kind: string): boolean {
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
}
