import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import { storedEvent } from '../../../../test/support/stored-event.js';
import { eventMatcher, type FilterDefinition } from './event-matcher.js';
import { ExpressionWorker } from './expression-worker.js';

const NOTHING = Buffer.alloc(0);

function event(stream: string, type = 'T'): StoredEvent {
  const bytes = { id: '00000000-0000-4000-8000-000000000000', type, isJson: true, data: NOTHING, metadata: NOTHING };
  return storedEvent(bytes, { stream });
}

const worker = new ExpressionWorker();
afterAll(() => worker.close());

function matcher(of: FilterDefinition['of'], filter: { prefixes?: readonly string[]; regex?: string }) {
  return eventMatcher({ of, prefixes: filter.prefixes ?? [], regex: filter.regex ?? '' }, worker);
}

describe('a filter', () => {
  const added = event('application-17', 'ApplicationAdded');
  const system = event('$streams', '$metadata');

  it.each([
    ['stream', { prefixes: ['appl'] }, true],
    ['stream', { prefixes: ['applications'] }, false],
    ['type', { prefixes: ['X', 'Application'] }, true],
    ['type', { prefixes: ['application'] }, false],
    ['stream', { regex: '^application-\\d+$' }, true],
    ['stream', { regex: '17' }, true],
    ['stream', { regex: '^(account|invoice)-' }, false],
    ['type', { regex: '(?i)^APPLICATION' }, true],
    ['type', { regex: '^Order', prefixes: ['Application'] }, false],
  ] as const)('on the %s with %j matches: %s', async (of, filter, taken) => {
    expect(await matcher(of, filter).match([added], 1)).toEqual([taken]);
  });

  it.each(['^[^\\$].*', '^(?!(\\$.+$|PersistentConfig\\d+$))'])(
    "leaves out system events with %s, which EventStoreDB's clients send for it",
    async (regex) => {
      const config = event('$persistentSubscriptionConfig', 'PersistentConfig1');
      expect(await matcher('type', { regex }).match([system, added], 9)).toEqual([false, true]);
      expect(await matcher('type', { regex: '^(?!PersistentConfig\\d+$)' }).match([config], 9)).toEqual([false]);
    },
  );

  it('stops after the maximum number of matches', async () => {
    const events = [event('a'), event('b'), event('a'), event('a')];
    expect(await matcher('stream', { prefixes: ['a'] }).match(events, 2)).toEqual([true, false, true]);
    expect(await matcher('stream', { regex: 'a' }).match(events, 2)).toEqual([true, false, true]);
  });

  it('matches expensive expressions in a worker, with the same result', async () => {
    const names = Array.from({ length: 300 }, (_, n) => event(`${'ab'.repeat(50)}-${n}`));
    const expensive = matcher('stream', { regex: '(a|b)*-2\\d*$' });
    const decided = await expensive.match(names, names.length);
    expect(decided.map((wanted, n) => (wanted ? n : -1)).filter((n) => n >= 0 && n < 30)).toEqual([
      2,
      ...range(20, 30),
    ]);
    expect(await expensive.match(names.slice(0, 3), 3)).toEqual([false, false, true]);
  });

  it.each([
    [{}, 3, /neither prefixes nor a regular expression/],
    [{ regex: '(' }, 2, /not valid in \.NET: a group has no closing parenthesis/],
    [{ regex: '(?<a>x)(?<-a>y)' }, 3, /not supported: it has balancing groups/],
    [{ regex: 'x'.repeat(4_097) }, 3, /at most 4096 characters \(got 4097\)/],
    [{ prefixes: Array.from({ length: 1_001 }, (_, n) => `p${n}`) }, 3, /at most 1000 prefixes \(got 1001\)/],
    [{ prefixes: Array.from({ length: 1_000 }, (_, n) => `${n}`.padStart(70)) }, 3, /at most 65536 bytes .*got 70000/],
  ])('is refused if it is not valid or not supported (%#)', (filter, code, says) => {
    const refusal = catching(() => matcher('stream', filter));
    expect(refusal).toMatchObject({ code, details: expect.stringMatching(says) });
    expect(`${refusal.message}`.length).toBeLessThan(400);
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}

function catching(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
