import { openEmbeddedEventStore } from '#libs/event-store/embedded/embedded-event-store.js';
import { openEventStoreDb } from '#libs/event-store/eventstoredb/eventstoredb-event-store.js';
import type { EventStore, RecordedEvent } from '#libs/event-store/port/event-store.js';
import { all, event, events } from '../../test/contract/event-store/event-store-fixtures.js';
import { startTestGateway } from '../../test/support/gateway.js';
import { silentLog } from '../../test/support/silent-log.js';
import { tempFolder } from '../../test/support/temp-folder.js';
import { copyEvents, EventCopyError } from './event-copy.js';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** An embedded store to copy from, and one behind EventStoreDB's protocol to copy to. */
async function stores(): Promise<{ from: EventStore; to: EventStore }> {
  const from = await openEmbeddedEventStore({ path: tempFolder(), readOnly: false });
  const gateway = await startTestGateway();
  const to = await openEventStoreDb(gateway.connectionString, silentLog);
  open.push(
    () => from.close(),
    () => gateway.close(),
    () => to.close(),
  );
  return { from, to };
}

async function fill(store: EventStore): Promise<void> {
  await store.append('project-1', events(2), 'noStream');
  await store.append('application-1', [event('Added', { name: 'Größe' }, { editor: 'a' })], 'noStream');
  await store.append('project-1', events(250), 1n);
  await store.append('application-2', events(1), 'any');
}

const whatStays = ({ id, stream, revision, type, data, metadata }: RecordedEvent) => ({
  id,
  stream,
  revision,
  type,
  data,
  metadata,
});

describe('copying events into EventStoreDB', () => {
  it('keeps streams, ids, revisions, contents and order', async () => {
    const { from, to } = await stores();
    await fill(from);
    expect(await copyEvents(from, to)).toBe(254);
    expect((await all(to.readAll())).map(whatStays)).toEqual((await all(from.readAll())).map(whatStays));
  });

  it('goes on after an interruption, and writes nothing twice', async () => {
    const { from, to } = await stores();
    await fill(from);
    const interrupted = copyEvents(from, to, (copied) => {
      if (copied > 100) throw new Error('interrupted');
    });
    await expect(interrupted).rejects.toThrow('interrupted');
    await copyEvents(from, to);
    await copyEvents(from, to);
    expect((await all(to.readAll())).map(whatStays)).toEqual((await all(from.readAll())).map(whatStays));
  });

  it('takes large events one by one', async () => {
    const { from, to } = await stores();
    const large = Array.from({ length: 3 }, () => event('Large', 'x'.repeat(500_000)));
    for (const one of large) await from.append('large-1', [one], 'any');
    expect(await copyEvents(from, to)).toBe(3);
    expect((await all(to.readStream('large-1'))).map(({ id }) => id)).toEqual(large.map(({ id }) => id));
  });

  it('refuses to mix with other events', async () => {
    const { from, to } = await stores();
    await fill(from);
    await to.append('application-1', events(1), 'noStream');
    await expect(copyEvents(from, to)).rejects.toThrow(EventCopyError);
    await expect(copyEvents(from, to)).rejects.toThrow('stream application-1 holds other events there');
  });
});
