import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { latestTimesContract } from '../../../../test/contract/latest-times/latest-times.contract.js';
import { silentLog } from '../../../../test/support/silent-log.js';
import { tempFolder } from '../../../../test/support/temp-folder.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';
import { openEmbeddedLatestTimes } from './embedded-latest-times.js';
import { DATA_FILE } from './open-lmdb.js';

const open = (folder: string, readOnly = false) => openEmbeddedLatestTimes(folder, { readOnly, log: silentLog });

latestTimesContract('embedded', async () => {
  const folder = join(tempFolder(), 'times');
  let times = open(folder);
  return {
    times,
    other: times,
    reopen: async () => {
      await times.close();
      times = open(folder);
      return times;
    },
    dispose: () => times.close(),
  };
});

describe('embedded latest times', () => {
  const filled = async () => {
    const folder = join(tempFolder(), 'times');
    const times = open(folder);
    await times.begin(1);
    await times.note([{ group: 'g', key: 'k', time: 7 }]);
    await times.close();
    return folder;
  };

  it('reads what is there, and notes nothing, where the folder is only read', async () => {
    const folder = await filled();
    const times = open(folder, true);
    expect(times.isWritable).toBe(false);
    await times.note([{ group: 'g', key: 'k', time: 8 }]);
    await times.begin(9);
    expect(await times.latestOf('g', ['k'])).toEqual(new Map([['k', 7]]));
    expect(await times.begun()).toBe(1);
    await times.close();
  });

  it('knows no time where there is no file and none can be made', async () => {
    const times = open(join(tempFolder(), 'absent'), true);
    await times.note([{ group: 'g', key: 'k', time: 8 }]);
    expect(await times.latestOf('g', ['k'])).toEqual(new Map());
    expect(await times.latestOfGroups(['g'])).toEqual(new Map());
    expect(await times.begun()).toBeUndefined();
    await times.close();
  });

  it.each<[string, (file: string) => void]>([
    ['was overwritten', (file) => writeFileSync(file, 'no database')],
    ['was cut', (file) => truncateSync(file, 100)],
  ])('moves a file that %s aside, and begins again', async (_, damage) => {
    const folder = await filled();
    damage(join(folder, DATA_FILE));
    const errors: object[] = [];
    const log = { ...silentLog, error: (fields: object) => errors.push(fields) };
    const times = openEmbeddedLatestTimes(folder, { readOnly: false, log });
    expect(errors).toMatchObject([{ folder, fault: expect.any(String), aside: expect.stringContaining('.damaged-') }]);
    expect(readdirSync(dirname(folder))).toHaveLength(2);
    expect(await times.begun()).toBeUndefined();
    await times.note([{ group: 'g', key: 'k', time: 3 }]);
    expect(await times.latestOf('g', ['k'])).toEqual(new Map([['k', 3]]));
    await times.close();
  });

  it('leaves a damaged file where it is when the folder is only read', async () => {
    const folder = await filled();
    writeFileSync(join(folder, DATA_FILE), 'no database');
    const times = open(folder, true);
    expect(await times.latestOf('g', ['k'])).toEqual(new Map());
    await times.close();
    expect(readdirSync(dirname(folder))).toHaveLength(1);
  });

  it('copies what was noted, for a back-up', async () => {
    const folder = await filled();
    const times = open(folder);
    const to = tempFolder();
    await times.copyTo(to);
    await times.close();
    const copy = open(to, true);
    expect(await copy.latestOfGroups(['g'])).toEqual(new Map([['g', 7]]));
    await copy.close();
  });

  it('refuses to be used when it is closed', async () => {
    const folder = await filled();
    const times = open(folder);
    await times.close();
    await expect(times.note([{ group: 'g', key: 'k', time: 8 }])).rejects.toThrow(ReadModelUnavailableError);
    await expect(times.latestOf('g', ['k'])).rejects.toThrow(/have been closed/);
    rmSync(folder, { recursive: true });
  });
});
