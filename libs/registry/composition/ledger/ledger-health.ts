import type { HealthIndicatorResult } from '@nestjs/terminus';
import { Gauge, type Registry } from 'prom-client';
import type { Ledger } from '#libs/engine/ledger/ledger.js';

/** Shows the ledger in readiness: a log that contradicts what was signed takes the process out of service. */
export function ledgerIndicator(ledger: Ledger): HealthIndicatorResult {
  const { state, reason } = ledger.status();
  const detail = { state, size: ledger.checkpoint()?.size ?? 0, ...(reason !== undefined && { reason }) };
  return { ledger: { status: state === 'contradicted' ? 'down' : 'up', ...detail } };
}

/** Registers the metrics of the ledger. */
export function ledgerMetrics(ledger: Ledger, registry: Registry): void {
  gauge(
    'appledger_ledger_events',
    'How many events the last signed checkpoint covers',
    registry,
    () => ledger.checkpoint()?.size ?? 0,
  );
  gauge(
    'appledger_ledger_contradicted',
    '1: the event log is not the one that was signed; appledger ledger verify says which events differ',
    registry,
    () => Number(ledger.status().state === 'contradicted'),
  );
  gauge('appledger_ledger_failing', '1: the ledger cannot go on now; the log says why', registry, () =>
    Number(ledger.status().state === 'failing'),
  );
}

function gauge(name: string, help: string, registry: Registry, value: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}
