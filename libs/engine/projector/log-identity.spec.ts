import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { features } from '#libs/registry/features.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { type Installation, identityInEvents } from './log-identity.js';

let store: EventStore;
let warnings: object[];

beforeEach(async () => {
  store = await openEmbeddedEventStore({ path: tempFolder(), readOnly: false });
  warnings = [];
});
afterEach(() => store.close());

function installation(issuer: string | undefined): Installation {
  const log = { info: () => {}, warn: () => {}, error: (fields: object) => warnings.push(fields) };
  return { streamPrefix: 'registry-', issuer, codec: features.codec, clock: () => 0, log };
}

describe('the identity of a log, as an event', () => {
  it('is written once, with the prefix and the issuer, and is the same for all who ask', async () => {
    const asked = Array.from({ length: 5 }, () => identityInEvents(store, installation('https://one.example')));
    const [id, ...others] = await Promise.all(asked);
    expect(new Set(others)).toEqual(new Set([id]));
    const events = [];
    for await (const { data } of store.readAll()) events.push(data);
    expect(events).toEqual([{ id, streamPrefix: 'registry-', issuer: 'https://one.example' }]);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['another issuer', 'https://one.example', 'https://two.example', 1],
    ['the same issuer', 'https://one.example', 'https://one.example', 0],
    ['a process that knows no issuer', 'https://one.example', undefined, 0],
    ['an identity without an issuer', undefined, 'https://two.example', 0],
  ])('tells of another installation: %s', async (_, first, second, count) => {
    await identityInEvents(store, installation(first));
    await identityInEvents(store, installation(second));
    expect(warnings).toHaveLength(count);
  });
});
