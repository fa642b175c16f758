import { setImmediate as turn } from 'node:timers/promises';
import { Code } from '#libs/contract/errors/error-catalogue.js';
import { applicationDecider } from '#libs/domain/application/application.decide.js';
import { applicationStream } from '#libs/domain/application/application.events.js';
import type { DomainEvent } from '#libs/domain/events.js';
import { RESERVATION_GRACE_MS } from '#libs/domain/name/name.decide.js';
import { evolveName } from '#libs/domain/name/name.evolve.js';
import { freeName } from '#libs/domain/name/name.state.js';
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

  /** What somebody does who is about to rename, before it dies, or pauses. */
  reserveForRename(name: string, owner: string, ownerRevision: bigint) {
    return this.repository.append(reservationOf({ scope, name, owner }, ownerRevision), context, this.now);
  }

  renameAt(name: string, appId: string, expected: bigint) {
    const events: DomainEvent[] = [{ type: 'ApplicationChanged', data: { appId, name } }];
    return this.repository.append({ stream: applicationStream(appId), events, expected }, context, this.now);
  }

  async isHeldBy(name: string, owner: string): Promise<boolean> {
    const { stream } = reservationOf({ scope, name, owner }, 'noStream');
    const { state } = await this.repository.load(stream, { initial: freeName, evolve: evolveName });
    return state.status === 'held' && state.owner === owner;
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

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await turn();
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

  it('leaves a name to a holder that is about to be renamed, and takes it over from one that died', async () => {
    await creator.create('Other', '100');
    await creator.reserveForRename('Portal', '100', 0n);
    const waiting = other.create('Portal', '200');
    await turns(3); // the grace is not over: nothing has happened yet
    expect(await creator.isHeldBy('Portal', '100')).toBe(true);
    other.now += RESERVATION_GRACE_MS;
    expect(await waiting).toMatchObject({ draft: { appId: '200' } });
  });

  it('makes sure that a holder that was only slow to be renamed cannot bear the name too', async () => {
    await creator.create('Other', '100');
    await creator.reserveForRename('Portal', '100', 0n);
    other.now += RESERVATION_GRACE_MS;
    await other.create('Portal', '200');
    await expect(creator.renameAt('Portal', '100', 0n)).rejects.toThrow(RevisionConflictError);
  });

  it('takes a name at once whose holder has changed otherwise since', async () => {
    await creator.create('Other', '100');
    await creator.reserveForRename('Portal', '100', 0n);
    await creator.renameAt('Another', '100', 0n);
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

describe('changing something', () => {
  let store: EventStore;
  let creator: Creator;
  beforeEach(async () => {
    store = await openEmbeddedEventStore({ path: tempFolder(), readOnly: false });
    creator = new Creator(store);
    await creator.create('Portal', '100');
  });
  afterEach(() => store.close());

  const stream = applicationStream('100');
  const events: DomainEvent[] = [{ type: 'ApplicationDeactivated', data: { appId: '100' } }];

  it('decides again when somebody else was first', async () => {
    let decided = 0n;
    const made = await creator.changes.make(() => {
      const expected = decided;
      decided += 1n;
      if (expected > 0n) return { stream, events, expected };
      return creator.renameAt('Shop', '100', 0n).then(() => ({ stream, events, expected }));
    }, context);
    expect(made?.appended.revision).toBe(2n);
  });

  it('gives up, and says to try again, when others are first time after time', async () => {
    const making = creator.changes.make(() => ({ stream, events, expected: 'noStream' }), context);
    await expect(making).rejects.toMatchObject({ code: Code.ABORTED, text: expect.stringContaining('try again') });
    const { revision } = await creator.repository.load(stream, applicationDecider);
    expect(revision).toBe(0n);
  });

  it('ends with what the decision throws', async () => {
    const refusing = creator.changes.make(() => Promise.reject(new RangeError('refused')), context);
    await expect(refusing).rejects.toThrow('refused');
  });

  /** Changes the application at the revision that is loaded, and counts how often that was decided. */
  function changing(by: Creator, decided: { count: number }, more: Partial<CommandContext> = {}) {
    const decide = async () => {
      decided.count += 1;
      const { revision } = await by.repository.load(stream, applicationDecider);
      const isActive = typeof revision === 'bigint' && revision % 2n === 0n;
      const type = isActive ? ('ApplicationDeactivated' as const) : ('ApplicationReactivated' as const);
      return { stream, events: [{ type, data: { appId: '100' } }], expected: revision };
    };
    return by.changes.change(stream, decide, { ...context, ...more });
  }

  it('waits for the changes of one process that have come before: each is decided once', async () => {
    const decided = { count: 0 };
    const made = await Promise.all(Array.from({ length: 64 }, () => changing(creator, decided)));
    expect(made.map((each) => each?.appended.revision)).toEqual(made.map((_, index) => BigInt(index + 1)));
    expect(decided.count).toBe(64);
  });

  it('is decided again after a change by another process, until all have succeeded', async () => {
    const creators = [creator, new Creator(store), new Creator(store)];
    const decided = { count: 0 };
    const made = await Promise.all(
      creators.flatMap((each) => Array.from({ length: 12 }, () => changing(each, decided))),
    );
    expect(new Set(made.map((each) => each?.appended.revision)).size).toBe(36);
    expect(decided.count).toBeGreaterThan(36);
  });

  it('does not happen when its caller has gone while it waited for another change', async () => {
    const leaving = new AbortController();
    const decided = { count: 0 };
    const first = changing(creator, decided);
    const left = changing(creator, decided, { abandoned: () => leaving.signal });
    const last = changing(creator, decided);
    leaving.abort(new RangeError('gone'));
    await expect(left).rejects.toThrow('gone');
    expect([(await first)?.appended.revision, (await last)?.appended.revision]).toEqual([1n, 2n]);
    expect(decided.count).toBe(2);
  });

  it('is not tried again when its caller has gone', async () => {
    const leaving = new AbortController();
    let tries = 0;
    const overtaken = () => {
      tries += 1;
      leaving.abort(new RangeError('gone'));
      return { stream, events, expected: 'noStream' as const };
    };
    const making = creator.changes.change(stream, overtaken, { ...context, abandoned: () => leaving.signal });
    await expect(making).rejects.toThrow('gone');
    expect(tries).toBe(1);
  });
});
