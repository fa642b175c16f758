import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lastingEntriesContract } from '../../../../test/contract/lasting-entries/lasting-entries.contract.js';
import { silentLog } from '../../../../test/support/silent-log.js';
import { tempFolder } from '../../../../test/support/temp-folder.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';
import { openEmbeddedLastingEntries } from './embedded-lasting-entries.js';
import { DATA_FILE } from './open-lmdb.js';

const open = (folder: string, readOnly = false) =>
  openEmbeddedLastingEntries(folder, { readOnly, log: silentLog, what: 'entries' });

lastingEntriesContract('embedded', async () => {
  const folder = join(tempFolder(), 'entries');
  let entries = open(folder);
  return {
    entries,
    other: entries,
    reopen: async () => {
      await entries.close();
      entries = open(folder);
      return entries;
    },
    dispose: () => entries.close(),
  };
});

describe('embedded lasting entries', () => {
  const filled = async () => {
    const folder = join(tempFolder(), 'entries');
    const entries = open(folder);
    await entries.write([{ key: 'k', value: { n: 1 } }]);
    await entries.close();
    return folder;
  };

  it('reads what is there, and writes nothing, where the folder is only read', async () => {
    const entries = open(await filled(), true);
    expect(entries.isWritable).toBe(false);
    await entries.write([{ key: 'k', value: { n: 2 } }]);
    expect(await entries.get('k')).toEqual({ n: 1 });
    await entries.close();
  });

  it('moves a damaged file aside, and has no entries', async () => {
    const folder = await filled();
    writeFileSync(join(folder, DATA_FILE), 'no database');
    const entries = open(folder);
    expect(readdirSync(dirname(folder))).toHaveLength(2);
    expect(await entries.list('')).toEqual([]);
    await entries.close();
  });

  it('copies the entries, for a back-up', async () => {
    const entries = open(await filled());
    const to = tempFolder();
    await entries.copyTo(to);
    await entries.close();
    await expect(entries.write([{ key: 'k', value: undefined }])).rejects.toThrow(ReadModelUnavailableError);
    const copy = open(to, true);
    expect(await copy.get('k')).toEqual({ n: 1 });
    await copy.close();
  });
});
