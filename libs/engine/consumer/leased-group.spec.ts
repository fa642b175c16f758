import { Projecting } from '../../../test/support/projecting.js';
import { until } from '../../../test/support/until.js';
import { type GroupMode, LeasedGroup } from './leased-group.js';

let projecting: Projecting;
beforeEach(async () => {
  projecting = await Projecting.open();
});
afterEach(() => projecting.close());

/** A group of one member, which keeps what happens to it. */
function groupIn(mode: GroupMode) {
  const history: string[] = [];
  const member = {
    start: () => history.push('start'),
    stop: async () => history.push('stop'),
  };
  const { readModel, parts } = projecting;
  const lease = {
    name: 'lease of the orders',
    records: readModel,
    log: parts.log,
    takenText: 'orders are consumed here',
  };
  return { history, group: projecting.start(new LeasedGroup([member], mode, lease)) };
}

describe('a group of consumers', () => {
  it('that is alone works from start to stop', async () => {
    const { group, history } = groupIn('alone');
    expect([group.role, history]).toEqual(['working', ['start']]);
    await group.stop();
    expect(history).toEqual(['start', 'stop']);
  });

  it('that is off does not work', async () => {
    const { group, history } = groupIn('off');
    expect(group.role).toBe('elsewhere');
    await group.stop();
    expect(history).not.toContain('start');
  });

  it('that shares a lease works in one process, and in another as soon as the first gives the lease back', async () => {
    const first = groupIn('shared');
    await until(() => first.group.role === 'working');
    const second = groupIn('shared');
    await until(async () => (await projecting.readModel.record('lease of the orders')) !== undefined);
    expect([second.group.role, second.history]).toEqual(['standby', []]);
    await first.group.stop();
    expect(first.history).toContain('stop');
    await until(() => second.group.role === 'working');
    expect(second.history).toEqual(['start']);
    expect(projecting.lines.map(({ message }) => message)).toEqual([
      'orders are consumed here',
      'orders are consumed here',
    ]);
  });
});
