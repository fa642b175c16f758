import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { tempFolder } from '../../../../test/support/temp-folder.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import { EmbeddedLog } from './log.js';

const kept = async (log: EmbeddedLog) =>
  Object.fromEntries((await log.persistentSubscriptions()).map(({ name, value }) => [name, value.toString()]));

describe('the embedded log stores groups of persistent subscriptions', () => {
  it('across a restart, and deletes removed ones', async () => {
    const location = { folder: join(tempFolder(), 'events'), readOnly: false };
    const log = await EmbeddedLog.open(location);
    expect(await kept(log)).toEqual({});
    await log.writePersistentSubscriptions(
      new Map([
        ['s::a', Buffer.from('1')],
        ['s::b', Buffer.from('2')],
      ]),
    );
    await log.writePersistentSubscriptions(
      new Map([
        ['s::a', Buffer.from('3')],
        ['s::b', undefined],
        ['s::c', undefined],
      ]),
    );
    await log.close();
    const reopened = await EmbeddedLog.open(location);
    expect(await kept(reopened)).toEqual({ 's::a': '3' });
    await reopened.close();
    const reader = await EmbeddedLog.open({ ...location, readOnly: true });
    expect(await kept(reader)).toEqual({ 's::a': '3' });
    await expect(reader.writePersistentSubscriptions(new Map())).rejects.toThrow(EventStoreUnavailableError);
    await reader.close();
  });

  it('concurrently with appends, and finishes the write before it closes', async () => {
    const location = { folder: join(tempFolder(), 'events'), readOnly: false };
    const log = await EmbeddedLog.open(location);
    const data = Buffer.from('{}');
    const writes = Array.from({ length: 50 }, (_, n) => [
      log.append(`s-${n}`, [{ id: randomUUID(), type: 'T', isJson: true, data, metadata: data }], 'noStream'),
      log.writePersistentSubscriptions(new Map([[`s-${n}::g`, Buffer.from(`${n}`)]])),
    ]).flat();
    await Promise.all([...writes, log.close()]);
    const reopened = await EmbeddedLog.open(location);
    expect(reopened.head).toBe(49n);
    expect(Object.keys(await kept(reopened))).toHaveLength(50);
    await reopened.close();
  });
});
