import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CommittedLog } from '#libs/engine/event-store/embedded/committed-log.js';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import { recordedBytes } from '#libs/engine/event-store/embedded/recorded-bytes.js';
import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import type { EventStore, RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { all, event, events } from '../../../test/contract/event-store/event-store-fixtures.js';
import { CuttingProxy } from '../../../test/support/cutting-proxy.js';
import { startTestGateway } from '../../../test/support/gateway.js';
import { gatewayUrl } from '../../../test/support/gateway-url.js';
import { silentLog } from '../../../test/support/silent-log.js';
import { smallEvent } from '../../../test/support/small-log.js';
import { memoryFolder } from '../../../test/support/temp-folder.js';
import { ArchiveError } from './archive.errors.js';
import { EmbeddedTarget } from './embedded-target.js';
import { EventStoreTarget } from './event-store-target.js';
import { importArchive } from './import-archive.js';

const FILLED = 254;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The events of a log that was written by commands, and by another program. */
async function source(write: (store: EventStore, log: EmbeddedLog) => Promise<unknown> = fill) {
  const path = memoryFolder();
  const store = await openEmbeddedEventStore({ path, readOnly: false });
  await write(store, store.log);
  await store.close();
  return archiveOf(path);
}

/** The archive of a data folder; every batch is small, so that an import can be interrupted after some. */
async function archiveOf(dataDir: string): Promise<readonly (readonly RecordedBytes[])[]> {
  const log = await CommittedLog.open(join(dataDir, 'events'));
  const found = [...log.groups()].flat().map(recordedBytes);
  log.close();
  return Array.from({ length: Math.ceil(found.length / 20) }, (_, index) => found.slice(index * 20, index * 20 + 20));
}

async function fill(store: EventStore): Promise<void> {
  await store.append('project-1', events(2), 'noStream');
  await store.append('application-1', [event('Added', { name: 'Größe' }, { editor: 'a' })], 'noStream');
  await store.append('project-1', events(250), 1n);
  await store.append('application-2', events(1), 'any');
}

async function* given<T>(batches: readonly T[], end = batches.length): AsyncGenerator<T> {
  yield* batches.slice(0, end);
  if (end < batches.length) throw new Error('interrupted');
}

const whatStays = ({ id, stream, revision, type, data, metadata }: RecordedEvent) => ({
  id,
  stream,
  revision,
  type,
  data,
  metadata,
});
const decoded = (one: RecordedBytes) =>
  whatStays({ ...one, data: JSON.parse(`${one.data}`), metadata: JSON.parse(`${one.metadata}`) });

describe('importing events into an embedded event store', () => {
  const targetOf = (dataDir: string) => new EmbeddedTarget(join(dataDir, 'events'), join(dataDir, 'import.partial'));

  async function importInto(dataDir: string, archive: AsyncIterable<readonly RecordedBytes[]>) {
    const target = targetOf(dataDir);
    try {
      const imported = await importArchive(archive, target);
      await target.finish();
      return imported;
    } finally {
      await target.close();
    }
  }

  it('keeps everything, the times of recording and deleted streams too', async () => {
    const archive = await source(async (store, log) => {
      await fill(store);
      await log.append('$$project-1', [smallEvent()], 'any');
      await log.append('other-1', [{ ...smallEvent(), isJson: false, data: Buffer.from([0xff]) }], 'any');
      await log.tombstone('application-2', smallEvent(), 'any');
    });
    const dataDir = memoryFolder();
    expect(await importInto(dataDir, given(archive))).toEqual({ events: FILLED + 3, before: 0 });
    expect(await archiveOf(dataDir)).toEqual(archive);
    const store = await openEmbeddedEventStore({ path: dataDir, readOnly: false });
    open.push(() => store.close());
    expect(await all(store.readStream('project-1'))).toHaveLength(252);
    await expect(all(store.readStream('application-2'))).rejects.toThrow('has been deleted');
    await store.append('project-1', events(1), 251n);
  });

  it('goes on after an interruption; until it is complete there is no event store', async () => {
    const archive = await source();
    const dataDir = memoryFolder();
    await expect(importInto(dataDir, given(archive, 3))).rejects.toThrow('interrupted');
    await expect(openEmbeddedEventStore({ path: dataDir, readOnly: true })).rejects.toThrow('there is no event store');
    expect(await importInto(dataDir, given(archive))).toEqual({ events: FILLED, before: 60 });
    expect(await importInto(dataDir, given(archive))).toEqual({ events: FILLED, before: FILLED });
    expect(await archiveOf(dataDir)).toEqual(archive);
  });

  it('changes nothing where other events are, or the beginning of an interrupted import of others', async () => {
    const [archive, other] = [await source(), await source()];
    const dataDir = memoryFolder();
    await importInto(dataDir, given(other));
    await expect(importInto(dataDir, given(archive))).rejects.toThrow(/is not empty: event .+ is not of this export/);
    expect(await archiveOf(dataDir)).toEqual(other);
    const begun = memoryFolder();
    await expect(importInto(begun, given(other, 3))).rejects.toThrow('interrupted');
    await expect(importInto(begun, given(archive))).rejects.toThrow('is not of this export');
  });

  it('does not add to an event store that holds the first events only, which a server may have used', async () => {
    const archive = await source();
    const dataDir = memoryFolder();
    await importInto(dataDir, given(archive.slice(0, 2)));
    await expect(importInto(dataDir, given(archive))).rejects.toThrow('holds only the first events of this export');
  });

  it('refuses a revision that does not follow', async () => {
    const [[first] = []] = await source();
    const twice = [[first, { ...first, id: '4eb3c783-8828-4061-b64b-79f2da81731d' }]] as RecordedBytes[][];
    await expect(importInto(memoryFolder(), given(twice))).rejects.toThrow(
      'revision 0 of stream project-1 comes after',
    );
  });
});

describe('importing events into EventStoreDB', () => {
  /** A store behind EventStoreDB's protocol. */
  async function empty(): Promise<EventStore> {
    const gateway = await startTestGateway();
    const store = await openEventStoreDb(gateway.connectionString, silentLog);
    open.push(
      () => gateway.close(),
      () => store.close(),
    );
    return store;
  }

  const into = (store: EventStore, archive: AsyncIterable<readonly RecordedBytes[]>, shared?: readonly string[]) => {
    const streams = shared && {
      prefixes: shared,
      has: (stream: string) => shared.some((start) => stream.startsWith(start)),
    };
    return importArchive(archive, new EventStoreTarget('EventStoreDB', store, streams));
  };

  it('keeps streams, ids, revisions, contents and order', async () => {
    const archive = await source();
    const to = await empty();
    expect(await into(to, given(archive))).toEqual({ events: FILLED, before: 0 });
    expect((await all(to.readAll())).map(whatStays)).toEqual(archive.flat().map(decoded));
  });

  it('goes on after an interruption and writes nothing twice', async () => {
    const archive = await source();
    const to = await empty();
    await expect(into(to, given(archive, 5))).rejects.toThrow('interrupted');
    expect(await into(to, given(archive))).toEqual({ events: FILLED, before: 100 });
    await to.append('application-3', events(1), 'noStream'); // Appledger has been started on it.
    expect(await into(to, given(archive))).toEqual({ events: FILLED, before: FILLED });
    expect(await all(to.readAll())).toHaveLength(FILLED + 1);
  });

  it('keeps the order when the connection breaks again and again', async () => {
    const archive = await source(async (store) => {
      for (let number = 0; number < 600; number += 1) await store.append(`thing-${number % 200}`, events(1), 'any');
    });
    const gateway = await startTestGateway();
    const proxy = await CuttingProxy.start(gateway.port);
    const to = await openEventStoreDb(gatewayUrl(proxy.ownPort), silentLog);
    open.push(
      () => gateway.close(),
      async () => proxy.close(),
      () => to.close(),
    );
    const exported = archive.flat();
    async function* cutting() {
      for (const [place, stream] of ['thing-30', 'thing-150', 'thing-99'].entries()) {
        proxy.cutNext(stream);
        yield exported.slice(place * 200, place * 200 + 200);
      }
    }
    expect(await into(to, cutting())).toEqual({ events: 600, before: 0 });
    expect(proxy.cuts).toBe(3);
    expect((await all(to.readAll())).map(whatStays)).toEqual(exported.map(decoded));
  });

  it('ends with an error if the store has changed the order', async () => {
    const archive = await source();
    const to = await empty();
    const exchanging: Pick<EventStore, 'append' | 'readAll'> = {
      readAll: (options) => to.readAll(options),
      append: async (stream, appended, expected, options) => {
        if (stream === 'application-1') await delay(100);
        return to.append(stream, appended, expected, options);
      },
    };
    const target = new EventStoreTarget('EventStoreDB', exchanging as EventStore);
    await expect(importArchive(given([archive.flat()]), target)).rejects.toThrow(
      /EventStoreDB has written event \S+ of stream project-1 before event \S+ of stream application-1, which comes first/,
    );
  });

  it('appends large events one by one', async () => {
    const large = Array.from({ length: 3 }, () => event('Large', 'x'.repeat(500_000)));
    const archive = await source(async (store) => {
      for (const one of large) await store.append('large-1', [one], 'any');
    });
    const to = await empty();
    expect(await into(to, given(archive))).toEqual({ events: 3, before: 0 });
    expect((await all(to.readStream('large-1'))).map(({ id }) => id)).toEqual(large.map(({ id }) => id));
  });

  it.each([
    ['events of others', 'application-9'],
    ['the same stream with other events', 'application-1'],
    ['the first stream with other events', 'project-1'],
  ])('writes nothing if the target contains %s', async (_, stream) => {
    const archive = await source();
    const to = await empty();
    await to.append(stream, events(1), 'noStream');
    await expect(into(to, given(archive))).rejects.toThrow(ArchiveError);
    await expect(into(to, given(archive))).rejects.toThrow(/EventStoreDB is not empty: event .+ is not of this export/);
    expect(await all(to.readAll())).toHaveLength(1);
  });

  it('writes nothing if events of others follow the beginning of this import', async () => {
    const archive = await source();
    const to = await empty();
    await expect(into(to, given(archive, 5))).rejects.toThrow('interrupted');
    await to.append('application-9', events(1), 'noStream');
    const before = await all(to.readAll());
    await expect(into(to, given(archive))).rejects.toThrow('stream application-9');
    expect(await all(to.readAll())).toEqual(before);
  });

  it('accepts streams of other programs in a shared store, and not those of another ledger', async () => {
    const own = ['project-', 'application-'];
    const archive = await source();
    const to = await empty();
    await to.append('elsewhere-1', events(2), 'noStream');
    await expect(into(to, given(archive, 5), own)).rejects.toThrow('interrupted');
    await to.append('elsewhere-2', events(2), 'noStream');
    expect(await into(to, given(archive), own)).toEqual({ events: FILLED, before: 100 });
    const other = await source();
    await expect(into(to, given(other), own)).rejects.toThrow('is not of this export');
  });

  it.each([
    [
      'a deleted stream',
      (_: EventStore, log: EmbeddedLog) => log.tombstone('a-1', { ...smallEvent(), type: '$streamDeleted' }, 'any'),
      'was deleted for good',
    ],
    [
      'what is not JSON',
      (_: EventStore, log: EmbeddedLog) => log.append('a-1', [{ ...smallEvent(), isJson: false }], 'any'),
      'is not JSON',
    ],
    [
      'a number that would change',
      (_: EventStore, log: EmbeddedLog) =>
        log.append('a-1', [{ ...smallEvent(), data: Buffer.from('12345678901234567890') }], 'any'),
      'is not JSON in the form',
    ],
  ])('refuses %s, which it could not write as it is', async (_, write, message) => {
    const archive = await source(write);
    const to = await empty();
    await expect(into(to, given(archive))).rejects.toThrow(message);
    expect(await all(to.readAll())).toEqual([]);
  });
});
