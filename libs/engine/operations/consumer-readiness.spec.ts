import type { HealthIndicatorResult } from '@nestjs/terminus';
import { Registry } from 'prom-client';
import { ConsumerMetrics } from '#libs/engine/consumer/consumer-metrics.js';
import type { ConsumerStatus } from '#libs/engine/consumer/consumer-status.js';
import { ConsumerTable } from '#libs/engine/consumer/consumer-table.js';
import type { GroupRole } from '#libs/engine/consumer/leased-group.js';
import { Projecting } from '../../../test/support/projecting.js';
import { type HealthParts, readinessFor } from './readiness.js';

let projecting: Projecting;
beforeEach(async () => {
  projecting = await Projecting.open();
});
afterEach(() => projecting.close());

/** What readiness says of a process with one consumer. */
async function readiness(status: ConsumerStatus, role: GroupRole) {
  const { eventStore } = projecting;
  const entry = { name: 'orders', streamPrefixes: ['order-'], role: () => role, status: () => status };
  const consumers = new ConsumerTable([{ ...entry, checkpoint: async () => status.position }], {
    eventStore,
    clock: Date.now,
    metrics: new ConsumerMetrics(new Registry()),
  });
  const check = async (indicators: readonly (() => Promise<HealthIndicatorResult>)[]) => {
    const details = Object.assign({}, ...(await Promise.all(indicators.map((indicator) => indicator()))));
    return { status: 'ok', details };
  };
  const parts = { eventStore, consumers, checks: { check } } as unknown as HealthParts;
  return readinessFor(['write'], parts);
}

describe('readiness shows a consumer', () => {
  it('that is live, with its position', async () => {
    const { isReady, result } = await readiness({ state: 'live', position: 7n }, 'working');
    expect(isReady).toBe(true);
    expect(result.details['consumer orders']).toEqual({ status: 'up', state: 'live', position: '7' });
  });

  it('that has stopped, with its event, and takes no process out for it', async () => {
    const event = { id: 'e', type: 'OrderPlaced', stream: 'order-1', position: 8n };
    const failure = { message: 'no such order', event };
    const { isReady, result } = await readiness({ state: 'failed', position: 7n, failure }, 'working');
    expect(isReady).toBe(true);
    expect(result.details['consumer orders']).toEqual({
      status: 'up',
      state: 'failed',
      position: '7',
      event: { ...event, position: '8' },
    });
  });

  it('that another process runs, without a position', async () => {
    const { result } = await readiness({ state: 'stopped', position: -1n }, 'standby');
    expect(result.details['consumer orders']).toEqual({ status: 'up', state: 'standby' });
  });
});
