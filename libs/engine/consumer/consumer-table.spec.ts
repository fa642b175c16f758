import { Registry } from 'prom-client';
import { Projecting } from '../../../test/support/projecting.js';
import { ConsumerMetrics } from './consumer-metrics.js';
import type { ConsumerStatus } from './consumer-status.js';
import { type ConsumerEntry, ConsumerTable } from './consumer-table.js';

const NOW = 1_700_000_000_000;

let projecting: Projecting;
let registry: Registry;
beforeEach(async () => {
  projecting = await Projecting.open();
  registry = new Registry();
});
afterEach(() => projecting.close());

function entry(name: string, checkpoint: () => Promise<bigint>, status: ConsumerStatus): ConsumerEntry {
  return { name, streamPrefixes: ['application-'], role: () => 'working', status: () => status, checkpoint };
}

function tableOf(...entries: ConsumerEntry[]) {
  const metrics = new ConsumerMetrics(registry);
  const table = new ConsumerTable(entries, { eventStore: projecting.eventStore, clock: () => NOW, metrics });
  return { metrics, table };
}

const live: ConsumerStatus = { state: 'live', position: 1n };
const failed: ConsumerStatus = { state: 'failed', position: 1n, failure: { message: 'no such order' } };

describe('the table of consumers', () => {
  it('reports what this process has to do with each', () => {
    const { table } = tableOf(
      entry('orders', async () => 1n, live),
      entry('mails', async () => 1n, failed),
    );
    expect(table.reports()).toEqual([
      { name: 'orders', role: 'working', ...live },
      { name: 'mails', role: 'working', ...failed },
    ]);
  });

  it('counts the events of its streams after the checkpoint, and leaves out a checkpoint that cannot be read', async () => {
    await projecting.addApplication('1');
    const checkpoint = await projecting.addForeign();
    await projecting.addApplication('2');
    await projecting.addForeign();
    const { table } = tableOf(
      entry('orders', async () => checkpoint, live),
      entry('mails', () => Promise.reject(new Error('away')), live),
    );
    expect(await table.lags()).toEqual([{ name: 'orders', events: 2, seconds: expect.any(Number) }]);
  });

  it('shows failures, stops and lags in the metrics, by consumer', async () => {
    await projecting.addApplication('1');
    const { metrics } = tableOf(
      entry('orders', async () => -1n, live),
      entry('mails', async () => 1n, failed),
    );
    metrics.failure('mails');
    const text = await registry.metrics();
    for (const line of [
      'appledger_consumer_failures_total{consumer="mails"} 1',
      'appledger_consumer_stopped{consumer="orders"} 0',
      'appledger_consumer_stopped{consumer="mails"} 1',
      'appledger_consumer_lag_events{consumer="orders"} 2',
      'appledger_consumer_lag_events{consumer="mails"} 0',
      'appledger_consumer_lag_seconds{consumer="mails"} 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });
});
