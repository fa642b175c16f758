import { randomUUID } from 'node:crypto';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { prefixedEventStore } from '#libs/engine/event-store/prefixed/prefixed-event-store.js';
import { tempFolder } from '../../support/temp-folder.js';
import { eventStoreContract } from './event-store.contract.js';
import { eventStoreModel } from './event-store.model.js';
import { all, event, events, streamName } from './event-store-fixtures.js';

const PREFIX = 'registry-';
const NOTHING = Buffer.from('{}');

async function openPrefixed() {
  const folder = { path: tempFolder(), readOnly: false };
  let whole = await openEmbeddedEventStore(folder);
  return {
    whole,
    store: prefixedEventStore(whole, PREFIX),
    reopen: async () => {
      await whole.close();
      whole = await openEmbeddedEventStore(folder);
      return prefixedEventStore(whole, PREFIX);
    },
    tombstone: async (stream: string) => {
      const marker = { id: randomUUID(), type: '$streamDeleted', isJson: true, data: NOTHING, metadata: NOTHING };
      await whole.log.tombstone(`${PREFIX}${stream}`, marker, 'any');
    },
    close: () => whole.close(),
  };
}

eventStoreContract('embedded, with a prefix', openPrefixed, { isLocal: true });
eventStoreModel('embedded, with a prefix', openPrefixed);

describe('an event store with a prefix', () => {
  it('stores its streams under prefixed names, and sees no others', async () => {
    const { whole, store, close } = await openPrefixed();
    const stream = streamName();
    await whole.append(stream, events(2), 'noStream');
    await store.append(stream, events(3), 'noStream');
    await whole.append('elsewhere', events(1), 'noStream');
    expect((await all(store.readAll())).map((each) => each.stream)).toEqual([stream, stream, stream]);
    expect(await all(whole.readStream(`${PREFIX}${stream}`))).toHaveLength(3);
    expect(await all(store.readStream('elsewhere'))).toEqual([]);
    for await (const batch of store.subscribeToAll()) {
      expect(batch.events.map((each) => each.stream)).toEqual([stream, stream, stream]);
      expect(batch.position).toBe(await whole.head());
      break;
    }
    await close();
  });

  it('applies the limit of a read by event type to its own events only', async () => {
    const { whole, store, close } = await openPrefixed();
    const wanted = [event('Wanted', 1), event('Wanted', 2)];
    for (const each of wanted) {
      await whole.append('elsewhere', [event('Wanted', 0), event('Wanted', 0)], 'any');
      await store.append('here', [each], 'any');
    }
    for (const direction of ['forwards', 'backwards'] as const) {
      const read = await all(store.readAll({ direction, filter: { typePrefixes: ['Wanted'] }, limit: 2 }));
      expect(read.map(({ data }) => data).toSorted()).toEqual([1, 2]);
    }
    await close();
  });
});
