import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { copyOf, makeSmallLog, SMALL, type SmallLog, smallEvent } from '../../../../test/support/small-log.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import { EmbeddedEventStore } from './embedded-event-store.js';
import { RUN_HEADER_BYTES } from './index/run-format.js';
import { EmbeddedLog } from './log.js';

let small: SmallLog;
beforeAll(async () => {
  small = await makeSmallLog();
});

/** Opens a copy of the log, and then changes a bit in the first entry of every run. */
async function withDamagedIndex() {
  const folder = copyOf(small, { withIndex: true });
  const errors: string[] = [];
  const note = (_: object, text?: string) => errors.push(text ?? '');
  const logger = { info: () => undefined, warn: () => undefined, error: note };
  const log = await EmbeddedLog.open({ folder, readOnly: false }, { ...SMALL, log: logger });
  for (const name of readdirSync(join(folder, 'index'))) flip(join(folder, 'index', name), RUN_HEADER_BYTES);
  return { folder, log, errors };
}

function flip(path: string, at: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.of(byte.readUInt8() ^ 1), 0, 1, at);
  closeSync(file);
}

const readAll = (log: EmbeddedLog) => log.readStreamPage('a-1', { direction: 'forwards', from: 0n, maxEvents: 100 });

it('an index that cannot be written is kept in memory, and the log says how much that takes', async () => {
  const folder = copyOf(small, { withIndex: false });
  const warnings: unknown[] = [];
  const logger = { info: () => undefined, warn: (fields: unknown) => warnings.push(fields), error: () => undefined };
  const log = await EmbeddedLog.open({ folder, readOnly: true }, { ...SMALL, log: logger });
  expect(warnings).toEqual([{ events: Number(log.head) + 1, megabytes: 1 }]);
  expect(await readAll(log)).toHaveLength(5);
  await log.close();
});

describe('an index that is found damaged while the log is in use', () => {
  it('is an error of reads, makes the store unready, and is counted and logged once', async () => {
    const { log, errors } = await withDamagedIndex();
    await expect(readAll(log)).rejects.toThrow(/the index .*\.run is damaged: restart, and it is built again/);
    await expect(readAll(log)).rejects.toThrow(EventStoreUnavailableError);
    expect(log.faults).toEqual([expect.stringContaining('.run is damaged')]);
    expect(errors).toEqual([expect.stringMatching(/the event log is damaged: the index .* is damaged/)]);
    const health = await new EmbeddedEventStore(log).health();
    expect(health).toMatchObject({ readable: false, detail: expect.stringContaining('.run is damaged') });
    await log.close();
  });

  it('is an error of an append that needs it, which is noted too', async () => {
    const { log } = await withDamagedIndex();
    await expect(log.append('a-1', [smallEvent()], 4n)).rejects.toThrow(EventStoreUnavailableError);
    expect(log.faults).toEqual([expect.stringContaining('.run is damaged')]);
    await log.close();
  });

  it('is noted when its files are merged', async () => {
    const { log } = await withDamagedIndex();
    // A new stream is looked up in the filters only, which are in memory; a filter may err, and the append fails then.
    for (let stream = 0; log.faults.length === 0; stream += 1) {
      await log.append(`new-${stream}`, [smallEvent()], 'noStream').catch(() => undefined);
      await nextTurn();
    }
    expect(log.faults[0]).toContain('.run is damaged');
    await log.close();
  });

  it('is built again at the next start', async () => {
    const { folder, log } = await withDamagedIndex();
    await expect(readAll(log)).rejects.toThrow(EventStoreUnavailableError);
    await log.close();
    const again = await EmbeddedLog.open({ folder, readOnly: false }, SMALL);
    expect((await readAll(again)).map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n, 4n]);
    expect(again.faults).toEqual([]);
    await again.close();
  });
});
