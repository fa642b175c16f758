import { setImmediate as turn } from 'node:timers/promises';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { Creator } from '../../../test/support/creator.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { RESERVATION_GRACE_MS } from './name.decide.js';

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await turn();
}

describe('creating an application with a unique name', () => {
  let store: EventStore;
  let creator: Creator;
  let other: Creator;
  beforeEach(async () => {
    store = await openEmbeddedEventStore({ path: tempFolder(), readOnly: false });
    creator = new Creator(store);
    other = new Creator(store);
  });
  afterEach(() => store.close());

  it('appends the reservation of the name and the application', async () => {
    const created = await creator.create('Portal', '100');
    expect(created).toMatchObject({ plan: { appId: '100' }, appended: { revision: 0n }, at: creator.now });
  });

  it('finds the name taken by an existing application, in any letter case', async () => {
    await creator.create('Portal', '100');
    expect(await other.create('pORTAL', '200')).toBeUndefined();
  });

  it('takes the name over from a process that died before the creation', async () => {
    await creator.reserveAndPause('Portal', '100');
    other.now += RESERVATION_GRACE_MS;
    expect(await other.create('Portal', '200')).toMatchObject({ plan: { appId: '200' } });
  });

  it('prevents a creation with a name that was taken over because its process was slow', async () => {
    await creator.reserveAndPause('Portal', '100');
    other.now += RESERVATION_GRACE_MS;
    await other.create('Portal', '200');
    await expect(creator.goOn('Portal', '100')).rejects.toThrow(RevisionConflictError);
    expect(await creator.create('Portal', '300')).toBeUndefined();
  });

  it('does not wait longer for a reservation from a process whose clock is ahead', async () => {
    creator.now += 3_600_000;
    await creator.reserveAndPause('Portal', '100');
    const waiting = other.create('Portal', '200');
    const timer = setInterval(() => {
      other.now += RESERVATION_GRACE_MS;
    }, 5);
    expect(await waiting).toMatchObject({ plan: { appId: '200' } });
    clearInterval(timer);
  });

  it('waits for a creation in progress, and then finds the name taken', async () => {
    await creator.reserveAndPause('Portal', '100');
    const waiting = other.create('Portal', '200');
    await creator.goOn('Portal', '100');
    expect(await waiting).toBeUndefined();
  });

  it('takes a reserved name over when its holder has another name', async () => {
    await creator.create('Other', '100');
    await creator.reserveAndPause('Portal', '100');
    expect(await other.create('Portal', '200')).toMatchObject({ plan: { appId: '200' } });
  });

  it('waits for a rename in progress, and takes the name over when the grace period is over', async () => {
    await creator.create('Other', '100');
    await creator.reserveForRename('Portal', '100', 0n);
    const waiting = other.create('Portal', '200');
    await turns(3); // the grace period is not over: nothing has happened yet
    expect(await creator.isHeldBy('Portal', '100')).toBe(true);
    other.now += RESERVATION_GRACE_MS;
    expect(await waiting).toMatchObject({ plan: { appId: '200' } });
  });

  it('prevents a rename to a name that was taken over because its process was slow', async () => {
    await creator.create('Other', '100');
    await creator.reserveForRename('Portal', '100', 0n);
    other.now += RESERVATION_GRACE_MS;
    await other.create('Portal', '200');
    await expect(creator.renameAt('Portal', '100', 0n)).rejects.toThrow(RevisionConflictError);
  });

  it('takes a name over at once when its holder has been changed in another way', async () => {
    await creator.create('Other', '100');
    await creator.reserveForRename('Portal', '100', 0n);
    await creator.renameAt('Another', '100', 0n);
    expect(await other.create('Portal', '200')).toMatchObject({ plan: { appId: '200' } });
  });

  it('generates new ids when the first ones are taken, and keeps the name', async () => {
    await creator.create('Other', '100');
    expect(await other.create('Portal', '100', '200')).toMatchObject({ plan: { appId: '200' } });
    expect(await creator.create('Portal', '300')).toBeUndefined();
  });

  it('continues with its own reservation from an earlier attempt', async () => {
    await creator.reserveAndPause('Portal', '100');
    expect(await creator.create('Portal', '100')).toMatchObject({ plan: { appId: '100' } });
  });

  it('gives the name to one of many processes that take it over at the same time', async () => {
    await creator.reserveAndPause('Portal', '100');
    const creators = Array.from({ length: 16 }, () => new Creator(store));
    for (const each of creators) each.now += RESERVATION_GRACE_MS;
    const outcomes = await Promise.all(creators.map((each, index) => each.create('Portal', `${200 + index}`)));
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1);
  });
});
