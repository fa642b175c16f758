import { Gauge, type Registry } from 'prom-client';
import type { WorkReport } from './periodic-work.js';

const MS_PER_SECOND = 1_000;

/** Registers the metrics that show which process does which work. Call it once. */
export function watchWork(registry: Registry, reports: () => readonly WorkReport[]): void {
  new Gauge({
    name: 'appledger_background_work_working',
    help: '1 when this process does the work, 0 when it stands by or another process does it',
    labelNames: ['work'],
    registers: [registry],
    collect() {
      for (const { name, role } of reports()) this.set({ work: name }, role === 'working' ? 1 : 0);
    },
  });
  new Gauge({
    name: 'appledger_background_work_holder_since_seconds',
    help: 'When the process that does the work took it over, in seconds since 1970, for work that processes share',
    labelNames: ['work', 'holder'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { name, holder, since } of reports()) {
        if (holder !== undefined && since !== undefined)
          this.set({ work: name, holder }, Date.parse(since) / MS_PER_SECOND);
      }
    },
  });
}
