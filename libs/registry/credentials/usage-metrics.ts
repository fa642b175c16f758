import { Counter, Gauge, type Registry } from 'prom-client';

/** The metrics about the times at which credentials were last used. */
export class UsageMetrics {
  readonly #stored: Counter;
  readonly #failures: Counter;
  readonly #dropped: Counter;

  /** @param pending the number of credentials whose uses wait to be stored */
  constructor(registry: Registry, pending: () => number) {
    const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] });
    this.#stored = counter('appledger_credential_uses_stored_total', 'Times of last use that were stored');
    this.#failures = counter(
      'appledger_credential_use_failures_total',
      'Attempts to store times of last use that failed, and are repeated',
    );
    this.#dropped = counter(
      'appledger_credential_uses_dropped_total',
      'Uses of credentials that were not kept, because too many waited for a store that was away',
    );
    new Gauge({
      name: 'appledger_credential_uses_pending',
      help: 'Credentials whose last use is not stored yet',
      registers: [registry],
      collect() {
        this.set(pending());
      },
    });
  }

  /** @param credentials whose last use has been stored */
  stored(credentials: number): void {
    this.#stored.inc(credentials);
  }

  /** The store has refused. */
  failed(): void {
    this.#failures.inc();
  }

  /** A use was not kept. */
  dropped(): void {
    this.#dropped.inc();
  }
}
