import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import type { EventStore, RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { all, event, events } from '../../test/contract/event-store/event-store-fixtures.js';
import { startTestGateway } from '../../test/support/gateway.js';
import { silentLog } from '../../test/support/silent-log.js';
import { tempFolder } from '../../test/support/temp-folder.js';
import { copyAllEvents, EventCopyError } from './event-copy.js';

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
    expect(await copyAllEvents(from, to)).toEqual({ events: 254, before: 0 });
    expect((await all(to.readAll())).map(whatStays)).toEqual((await all(from.readAll())).map(whatStays));
  });

  it('continues after an interruption and writes nothing twice', async () => {
    const { from, to } = await stores();
    await fill(from);
    const progress = (line: string) => {
      if (Number.parseInt(line, 10) > 100) throw new Error('interrupted');
    };
    await expect(copyAllEvents(from, to, { progress })).rejects.toThrow('interrupted');
    expect(await copyAllEvents(from, to)).toEqual({ events: 254, before: 103 });
    expect(await copyAllEvents(from, to)).toEqual({ events: 254, before: 254 });
    expect((await all(to.readAll())).map(whatStays)).toEqual((await all(from.readAll())).map(whatStays));
  });

  it('appends large events one by one', async () => {
    const { from, to } = await stores();
    const large = Array.from({ length: 3 }, () => event('Large', 'x'.repeat(500_000)));
    for (const one of large) await from.append('large-1', [one], 'any');
    expect(await copyAllEvents(from, to)).toEqual({ events: 3, before: 0 });
    expect((await all(to.readStream('large-1'))).map(({ id }) => id)).toEqual(large.map(({ id }) => id));
  });

  it('writes nothing if everything has been copied and Appledger has appended more since', async () => {
    const { from, to } = await stores();
    await fill(from);
    await copyAllEvents(from, to);
    await to.append('application-3', events(1), 'noStream');
    expect(await copyAllEvents(from, to)).toEqual({ events: 254, before: 254 });
  });

  it.each([
    ['another ledger', 'application-9'],
    ['the same stream with other events', 'application-1'],
    ['the first stream with other events', 'project-1'],
    ['another program', 'elsewhere-1'],
  ])('writes nothing if the target contains %s', async (_, stream) => {
    const { from, to } = await stores();
    await fill(from);
    await to.append(stream, events(1), 'noStream');
    await expect(copyAllEvents(from, to)).rejects.toThrow(EventCopyError);
    await expect(copyAllEvents(from, to)).rejects.toThrow(/EventStoreDB is not empty: event .+ is not of this copy/);
    expect(await all(to.readAll())).toHaveLength(1);
  });

  it('writes nothing if events of another ledger follow the beginning of this copy', async () => {
    const { from, to } = await stores();
    await fill(from);
    await from.append('application-2', events(3), 'any');
    const progress = (line: string) => {
      if (Number.parseInt(line, 10) > 100) throw new Error('interrupted');
    };
    await expect(copyAllEvents(from, to, { progress })).rejects.toThrow('interrupted');
    await to.append('application-9', events(1), 'noStream');
    const before = await all(to.readAll());
    await expect(copyAllEvents(from, to)).rejects.toThrow('stream application-9');
    expect(await all(to.readAll())).toEqual(before);
  });

  it('accepts streams of other programs if that is allowed, and not those of another ledger', async () => {
    const { from, to } = await stores();
    await fill(from);
    await to.append('elsewhere-1', events(2), 'noStream');
    expect(await copyAllEvents(from, to, { sharedBeside: '' })).toEqual({ events: 254, before: 0 });
    const own = { filter: { streamPrefixes: ['project-', 'application-'] } };
    expect((await all(to.readAll(own))).map(whatStays)).toEqual((await all(from.readAll())).map(whatStays));
    await from.append('application-2', events(1), 'any');
    expect(await copyAllEvents(from, to, { sharedBeside: '' })).toEqual({ events: 255, before: 254 });

    const second = await stores();
    await fill(second.from);
    await second.to.append('application-9', events(1), 'noStream');
    await expect(copyAllEvents(second.from, second.to, { sharedBeside: '' })).rejects.toThrow('stream application-9');
  });
});
