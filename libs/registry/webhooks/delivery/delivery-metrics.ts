import { Counter, Gauge, type Registry } from 'prom-client';
import type { LineReport } from './engine/line-parts.js';
import type { AttemptOutcome } from './sending/attempt.js';

const OUTCOMES: readonly AttemptOutcome[] = ['delivered', 'failed', 'gone'];
const MS_PER_SECOND = 1_000;

/** What the gauges are read from whenever the metrics are collected. */
export interface DeliveryGauges {
  /** What the lines of all webhooks that are not paused are doing. Empty in a process that does not deliver. */
  reports(): readonly LineReport[];
  /** The number of paused webhooks. */
  paused(): number;
  /** The time, in milliseconds since 1970. */
  now(): number;
}

/** The metrics about deliveries to webhooks. */
export class DeliveryMetrics {
  readonly #attempts: Counter;

  constructor(registry: Registry, { reports, paused, now }: DeliveryGauges) {
    this.#attempts = new Counter({
      name: 'appledger_webhook_attempts_total',
      help: 'Attempts to deliver an event to a webhook, by their outcome',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of OUTCOMES) this.#attempts.inc({ outcome }, 0);
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name: `appledger_webhook${name}`,
        help,
        registers: [registry],
        collect() {
          this.set(value());
        },
      });
    const sum = (count: (report: LineReport) => number) => () =>
      reports().reduce((total, report) => total + count(report), 0);
    gauge(
      '_events_pending',
      'Events that have been read and are not delivered to a webhook yet',
      sum((one) => one.pending),
    );
    gauge(
      '_subjects_failing',
      'Applications whose events wait for another attempt',
      sum((one) => one.failing),
    );
    gauge(
      '_subjects_parked',
      'Applications whose events wait until they are redelivered by hand',
      sum((one) => one.parked),
    );
    gauge(
      '_endpoints_down',
      'Webhooks and replays whose endpoint accepts nothing now',
      sum((one) => Number(one.isDown)),
    );
    gauge('s_paused', 'Webhooks that are paused', paused);
    gauge('_lag_seconds', 'Age of the oldest event that is not delivered, parked ones aside; 0: there is none', () => {
      const times = reports().flatMap(({ oldestAt }) => oldestAt ?? []);
      return times.reduce((most, time) => Math.max(most, (now() - time) / MS_PER_SECOND), 0);
    });
  }

  /** An attempt was made. */
  attempted(outcome: AttemptOutcome): void {
    this.#attempts.inc({ outcome });
  }
}
