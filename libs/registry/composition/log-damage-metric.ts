import { Gauge, type Registry } from 'prom-client';
import { EmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';

/** Registers the number of known damages of the embedded event log. Other event stores have no such metric. */
export function logDamageMetric(store: EventStore, registry: Registry): void {
  if (!(store instanceof EmbeddedEventStore)) return;
  new Gauge({
    name: 'appledger_event_log_damages',
    help: 'How many parts of the embedded event log and of its index were found to be damaged since the start',
    registers: [registry],
    collect() {
      this.set(store.log.faults.length);
    },
  });
}
