import { applicationStream } from '#libs/domain/application/application.events.js';
import type { DomainEvent } from '#libs/domain/events.js';
import { RESERVATION_GRACE_MS } from '#libs/domain/name/name.decide.js';
import { openEmbeddedEventStore } from '#libs/event-store/embedded/embedded-event-store.js';
import { RevisionConflictError } from '#libs/event-store/port/event-store.errors.js';
import type { EventStore } from '#libs/event-store/port/event-store.js';
import { Watermark } from '#libs/platform/watermark.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { Changes } from './changes.js';
import type { CommandContext } from './command-context.js';
import { NameReservations, reservationOf } from './name-reservations.js';
import { Repository } from './repository.js';

const context: CommandContext = {
  organization: '1',
  editor: { user: '2' },
  correlationId: 'request',
  causationId: 'request',
};
const scope = { kind: 'application', projectId: '10' } as const;

/** One process that creates applications: its own repository and clock over a store that others share. */
class Creator {
  now = Date.UTC(2026, 0, 1);
  readonly repository: Repository;
  readonly changes: Changes;

  constructor(store: EventStore) {
    this.repository = new Repository(store, new Watermark());
    const clock = () => this.now;
    this.changes = new Changes(new NameReservations(this.repository, clock), this.repository, clock);
  }

  create(name: string, ...ids: readonly string[]) {
    const left = [...ids];
    return this.changes.make(() => draft(name, left.shift() ?? 'no id left'), context);
  }

  /** What a creator does before it dies, or pauses: it reserves the name and no more. */
  reserveAndPause(name: string, owner: string) {
    return this.repository.append(reservationOf({ scope, name, owner }, 'noStream'), context, this.now);
  }

  /** What a creator does that wakes up again. */
  goOn(name: string, owner: string) {
    return this.repository.append(draft(name, owner), context, this.now);
  }
}

function draft(name: string, appId: string) {
  const events: DomainEvent[] = [{ type: 'ApplicationAdded', data: { appId, projectId: '10', name } }];
  const naming = { scope, name, owner: appId };
  return { appId, stream: applicationStream(appId), events, expected: 'noStream' as const, naming };
}

describe('creating something with a name of its own', () => {
  let store: EventStore;
  let creator: Creator;
  let other: Creator;
  beforeEach(async () => {
    store = await openEmbeddedEventStore({ path: tempFolder(), readOnly: false });
    creator = new Creator(store);
    other = new Creator(store);
  });
  afterEach(() => store.close());

  it('appends the name and what bears it', async () => {
    const created = await creator.create('Portal', '100');
    expect(created).toMatchObject({ draft: { appId: '100' }, appended: { revision: 0n }, at: creator.now });
  });

  it('finds the name taken by what was created under it, in any letter case', async () => {
    await creator.create('Portal', '100');
    expect(await other.create('pORTAL', '200')).toBeUndefined();
  });

  it('takes the name over from a holder that died before it was created', async () => {
    await creator.reserveAndPause('Portal', '100');
    other.now += RESERVATION_GRACE_MS;
    expect(await other.create('Portal', '200')).toMatchObject({ draft: { appId: '200' } });
  });

  it('makes sure that a holder that was only slow cannot bear the name too', async () => {
    await creator.reserveAndPause('Portal', '100');
    other.now += RESERVATION_GRACE_MS;
    await other.create('Portal', '200');
    await expect(creator.goOn('Portal', '100')).rejects.toThrow(RevisionConflictError);
    expect(await creator.create('Portal', '300')).toBeUndefined();
  });

  it('does not let a holder of the future, by a clock that is ahead, keep the name for longer', async () => {
    creator.now += 3_600_000;
    await creator.reserveAndPause('Portal', '100');
    const waiting = other.create('Portal', '200');
    const timer = setInterval(() => {
      other.now += RESERVATION_GRACE_MS;
    }, 5);
    expect(await waiting).toMatchObject({ draft: { appId: '200' } });
    clearInterval(timer);
  });

  it('waits for a holder that is still at it, and then finds the name taken', async () => {
    await creator.reserveAndPause('Portal', '100');
    const waiting = other.create('Portal', '200');
    await creator.goOn('Portal', '100');
    expect(await waiting).toBeUndefined();
  });

  it('takes a name whose holder bears another one', async () => {
    await creator.create('Other', '100');
    await creator.reserveAndPause('Portal', '100');
    expect(await other.create('Portal', '200')).toMatchObject({ draft: { appId: '200' } });
  });

  it('draws new ids when the first ones are taken, and keeps the name', async () => {
    await creator.create('Other', '100');
    expect(await other.create('Portal', '100', '200')).toMatchObject({ draft: { appId: '200' } });
    expect(await creator.create('Portal', '300')).toBeUndefined();
  });

  it('goes on with a reservation of its own from an earlier try', async () => {
    await creator.reserveAndPause('Portal', '100');
    expect(await creator.create('Portal', '100')).toMatchObject({ draft: { appId: '100' } });
  });

  it('gives one name to one of many that take over a dead one at once', async () => {
    await creator.reserveAndPause('Portal', '100');
    const creators = Array.from({ length: 16 }, () => new Creator(store));
    for (const each of creators) each.now += RESERVATION_GRACE_MS;
    const outcomes = await Promise.all(creators.map((each, index) => each.create('Portal', `${200 + index}`)));
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1);
  });
});
