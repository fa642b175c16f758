import { Counter, Gauge, type Registry } from 'prom-client';
import { type Lag, MAX_LAG_EVENTS } from './lag.js';

/** How the metrics of a kind of consumer are named. */
export interface MetricNames {
  /** The prefix of every name, such as `appledger_consumer`. */
  readonly prefix: string;
  /** The label that holds the consumer's name. */
  readonly label: string;
}

const CONSUMERS: MetricNames = { prefix: 'appledger_consumer', label: 'consumer' };

/** The values that are read whenever the metrics are collected. */
export interface ConsumerGauges {
  /** The lag of each consumer; one that cannot be asked now is left out. */
  lags(): Promise<readonly Lag[]>;
  /** Whether each consumer has stopped for good in this process. */
  stopped(): ReadonlyMap<string, boolean>;
}

/** Failures, lag and stops of one kind of consumer, for Prometheus. */
export class ConsumerMetrics {
  readonly #failures: Counter;

  constructor(
    private readonly registry: Registry,
    private readonly names: MetricNames = CONSUMERS,
  ) {
    this.#failures = new Counter({
      name: `${names.prefix}_failures_total`,
      help: `Times a ${names.label} was interrupted or has stopped`,
      labelNames: [names.label],
      registers: [registry],
    });
  }

  /** A consumer has been interrupted, or has stopped. */
  failure(consumer: string): void {
    this.#failures.inc({ [this.names.label]: consumer });
  }

  /** Registers the gauges. Call it once. */
  watch({ lags, stopped }: ConsumerGauges): void {
    const { label } = this.names;
    this.#gauge('stopped', `1 when the ${label} has stopped for good in this process`, async () =>
      Array.from(stopped(), ([name, hasStopped]) => [name, hasStopped ? 1 : 0]),
    );
    this.#gauge(
      'lag_events',
      `Events that the ${label} has not handled yet, counted up to ${MAX_LAG_EVENTS}`,
      async () => (await lags()).map(({ name, events }) => [name, events]),
    );
    this.#gauge(
      'lag_seconds',
      `Age of the oldest event that the ${label} has not handled yet, 0 when there is none`,
      async () => (await lags()).map(({ name, seconds }) => [name, seconds]),
    );
  }

  #gauge(name: string, help: string, values: () => Promise<readonly (readonly [string, number])[]>): void {
    const { prefix, label } = this.names;
    new Gauge({
      name: `${prefix}_${name}`,
      help,
      labelNames: [label],
      registers: [this.registry],
      async collect() {
        for (const [consumer, value] of await values()) this.set({ [label]: consumer }, value);
      },
    });
  }
}
