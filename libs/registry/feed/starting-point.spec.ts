import { randomUUID } from 'node:crypto';
import { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { features } from '#libs/registry/features.js';
import { bothEventStores } from '../../../test/support/both-event-stores.js';
import { minute, toAppend } from '../../../test/support/projection.js';
import { StartingPoint } from './starting-point.js';

describe.each(Object.entries(bothEventStores))('the place of a time on %s', (_, open) => {
  it('is before the first event that occurred then or later, also when the clocks of writers differ', async () => {
    const store = await open();
    const identity = new LogIdentity(store, async () => 'this log');
    const starts = new StartingPoint(store, features.codec, features.publicEvents, identity);
    const at = (minutes: number) => Date.parse(minute(minutes));
    const append = async (occurredAt: string) => {
      const event = { type: 'ProjectDeactivated', data: { projectId: '1' } };
      return (await store.append('project-1', [toAppend(event, occurredAt)], 'any')).position;
    };
    const foreign = () => store.append('elsewhere', [{ id: randomUUID(), type: 'T', data: {}, metadata: {} }], 'any');
    /** The positions of the events that follow the place. */
    const following = async (time: number) => {
      const { after, log } = await starts.since(time);
      expect(log).toBe('this log');
      return positions.filter((position) => position > after);
    };
    const positions: bigint[] = [];
    expect(await following(0)).toEqual([]);
    for (const minutes of [1, 3, 5]) {
      positions.push(await append(minute(minutes)));
      await foreign();
    }
    positions.push(await append(new Date(at(5) - 30_000).toISOString())); // by a clock that is behind
    expect(await following(0)).toEqual(positions);
    expect(await following(at(1) + 1)).toEqual(positions.slice(1));
    expect(await following(at(3))).toEqual(positions.slice(1));
    expect(await following(at(5))).toEqual(positions.slice(2));
    expect(await following(at(6))).toEqual([]);
    await expect(starts.since(0, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    await store.close();
  });
});
