import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { prefixedEventStore } from '#libs/engine/event-store/prefixed/prefixed-event-store.js';
import { RECORD_STREAMS, StreamRecords } from '#libs/engine/event-store/records/stream-records.js';
import { features } from '#libs/registry/features.js';
import { bothEventStores } from '../../support/both-event-stores.js';
import { except } from '../../support/except.js';
import { silentLog } from '../../support/silent-log.js';
import { all } from '../event-store/event-store-fixtures.js';
import { checkpointStoreContract } from './checkpoint-store.contract.js';

describe.each(Object.entries(bothEventStores))('records in %s', (_, open) => {
  let store: EventStore;
  let records: StreamRecords;
  beforeAll(async () => {
    store = await open();
    records = new StreamRecords(store, 'team.', silentLog);
  });
  afterAll(() => store.close());

  describe('as the place of checkpoints', () => checkpointStoreContract(() => records));

  it('are replaced by a writer that knows the version, and by no other', async () => {
    const first = await records.putRecord('replaced', { n: 1 }, undefined);
    expect(await records.putRecord('replaced', { n: 2 }, undefined)).toBeUndefined();
    const second = await records.putRecord('replaced', { n: 2 }, first);
    expect(await records.putRecord('replaced', { n: 3 }, first)).toBeUndefined();
    expect(await records.record('replaced')).toEqual({ value: { n: 2 }, version: second });
  });

  it('keep names apart that differ in a space, a plus or a slash', async () => {
    const names = ['a b', 'a+b', 'a/b', 'a%20b'];
    for (const name of names) await records.putRecord(name, { name }, undefined);
    for (const name of names) expect((await records.record(name))?.value).toEqual({ name });
  });

  it('do not grow: of each the newest event is visible', async () => {
    let version: number | undefined;
    for (let n = 0; n < 5; n += 1) version = await records.putRecord('renewed', { n }, version);
    const found = await all(store.readStream(`team.${RECORD_STREAMS}renewed`));
    expect(found.map(({ data }) => data)).toEqual([{ n: 4 }]);
  });

  it('can be used where metadata may not be written', async () => {
    const refusing = except(store, {
      append: (stream, ...rest) =>
        stream.startsWith('$$') ? Promise.reject(new Error('access denied')) : store.append(stream, ...rest),
    });
    const lines: string[] = [];
    const log = { ...silentLog, warn: (_fields: object, text: string) => void lines.push(text) };
    const limited = new StreamRecords(refusing, '', log);
    for (const name of ['one', 'two']) await limited.putRecord(name, { name }, undefined);
    expect((await limited.record('two'))?.value).toEqual({ name: 'two' });
    expect(lines).toHaveLength(1);
  });

  it('are no events of the registry, and belong to one installation', async () => {
    await records.putRecord('a lease', {}, undefined);
    expect(await new StreamRecords(store, 'other.', silentLog).record('a lease')).toBeUndefined();
    const { streams } = features.codec;
    const ours = prefixedEventStore(store, 'team.');
    expect(await all(ours.readAll({ filter: { streamPrefixes: streams.prefixes } }))).toEqual([]);
    expect(streams.has(`${RECORD_STREAMS}a+lease`)).toBe(false);
  });
});
