import { Code } from '#libs/engine/errors/code.js';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import { applicationDecider } from '#libs/registry/applications/application.decide.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { Creator, context } from '../../../test/support/creator.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import type { CommandContext } from './command-context.js';

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
  const events: AnyEvent[] = [{ type: 'ApplicationDeactivated', data: { appId: '100' } }];

  it('decides again when somebody else was first', async () => {
    let decided = 0n;
    const made = await creator.executor.execute(() => {
      const expected = decided;
      decided += 1n;
      if (expected > 0n) return { stream, events, expected };
      return creator.renameAt('Shop', '100', 0n).then(() => ({ stream, events, expected }));
    }, context);
    expect(made?.appended.revision).toBe(2n);
  });

  it('gives up, and says to try again, when others are first time after time', async () => {
    const making = creator.executor.execute(() => ({ stream, events, expected: 'noStream' }), context);
    await expect(making).rejects.toMatchObject({ code: Code.ABORTED, text: expect.stringContaining('try again') });
    const { revision } = await creator.repository.load(stream, applicationDecider);
    expect(revision).toBe(0n);
  });

  it('ends with what the decision throws', async () => {
    const refusing = creator.executor.execute(() => Promise.reject(new RangeError('refused')), context);
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
    return by.executor.executeInOrder(stream, decide, { ...context, ...more });
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
    const making = creator.executor.executeInOrder(stream, overtaken, { ...context, abandoned: () => leaving.signal });
    await expect(making).rejects.toThrow('gone');
    expect(tries).toBe(1);
  });
});
