import { event } from '../../../../test/contract/event-store/event-store-fixtures.js';
import { tempFolder } from '../../../../test/support/temp-folder.js';
import type { EventFilter, EventStore } from '../port/event-store.js';
import { openEmbeddedEventStore } from './embedded-event-store.js';

const EVENTS = 3_000;
/** The most events that are read in one turn of the event loop. */
const AT_ONCE = 300;

let store: EventStore;
beforeAll(async () => {
  store = await openEmbeddedEventStore({ path: tempFolder(), readOnly: false });
  const events = Array.from({ length: EVENTS }, () => event('Written'));
  await store.append('many', events, 'noStream');
});
afterAll(() => store.close());

/** The number of turns of the event loop during some work. */
async function turnsDuring(work: () => Promise<void>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isOver = true;
  return turns;
}

async function readAll(filter?: EventFilter): Promise<void> {
  for await (const recorded of store.readAll(filter && { filter })) expect(recorded.stream).toBe('many');
}

describe('a long read yields to the event loop', () => {
  it.each([
    ['of all events', undefined],
    ['with a filter that every event matches', { streamPrefixes: ['many'] }],
    ['with a filter that no event matches', { typePrefixes: ['Other'] }],
  ])('%s', async (_, filter) => {
    expect(await turnsDuring(() => readAll(filter))).toBeGreaterThanOrEqual(EVENTS / AT_ONCE);
  });

  it('of one stream', async () => {
    const read = async () => {
      for await (const recorded of store.readStream('many')) expect(recorded.type).toBe('Written');
    };
    expect(await turnsDuring(read)).toBeGreaterThanOrEqual(EVENTS / AT_ONCE);
  });
});
