import { except } from '../../../test/support/except.js';
import { Projecting } from '../../../test/support/projecting.js';
import { silentLog } from '../../../test/support/silent-log.js';
import { until } from '../../../test/support/until.js';
import { NodeNumber } from './node-number.js';

let projecting: Projecting;
const started: NodeNumber[] = [];
beforeEach(async () => {
  projecting = await Projecting.open();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((number) => number.stop()));
  await projecting.close();
});

async function numberOf(configured: number | undefined, readModel = projecting.readModel): Promise<NodeNumber> {
  const number = new NodeNumber(readModel, configured, silentLog);
  started.push(number);
  await number.start();
  return number;
}

describe('the number of a node', () => {
  it('is the configured one', async () => {
    expect((await numberOf(5)).current()).toBe(5);
  });

  it('is another one while another process holds the configured one, which it gets after its release', async () => {
    const first = await numberOf(5);
    const second = await numberOf(5);
    expect(first.current()).toBe(5);
    expect(second.current()).not.toBe(5);
    await first.stop();
    await until(() => second.current() === 5);
  });

  it('is the configured one again after the lease of a dead process has expired', async () => {
    let alive = true;
    const mortal = except(projecting.readModel, {
      putRecord: (...args) => (alive ? projecting.readModel.putRecord(...args) : Promise.reject(new Error('dead'))),
    });
    expect((await numberOf(5, mortal)).current()).toBe(5);
    alive = false;
    const next = await numberOf(5);
    await until(() => next.current() === 5);
  });

  it('is a different number for each process without a configured one', async () => {
    const numbers = await Promise.all(Array.from({ length: 8 }, () => numberOf(undefined)));
    expect(new Set(numbers.map((number) => number.current())).size).toBe(numbers.length);
  });

  it('is the configured one while the read model is unavailable, so a start continues', async () => {
    const away = except(projecting.readModel, { record: () => Promise.reject(new Error('away')) });
    expect((await numberOf(7, away)).current()).toBe(7);
  });
});
