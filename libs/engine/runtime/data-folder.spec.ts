import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { DataFolderError, openDataFolder } from './data-folder.js';

describe('the data folder', () => {
  it('is made when there is none, and holds the number of the process that uses it', () => {
    const path = join(tempFolder(), 'deep', 'data');
    const folder = openDataFolder(path);
    expect(folder).toMatchObject({ path, readOnly: false });
    expect(readFileSync(join(path, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
    folder.close();
  });

  it('that is made is its owner’s alone, and one that was there stays as it is', () => {
    const path = join(tempFolder(), 'data');
    const modeOf = () => statSync(path).mode & 0o777;
    openDataFolder(path).close();
    expect(modeOf()).toBe(0o700);
    chmodSync(path, 0o750);
    openDataFolder(path).close();
    expect(modeOf()).toBe(0o750);
  });

  it('is refused to a second user, who learns who has it', () => {
    const path = tempFolder();
    const folder = openDataFolder(path);
    expect(() => openDataFolder(path)).toThrow(
      `APPLEDGER_DATA_DIR ${path}: another process (pid ${process.pid}) is using it: stop it or choose another folder`,
    );
    folder.close();
    openDataFolder(path).close();
  });

  it('is taken over when a crash left the lock file behind', () => {
    const path = tempFolder();
    writeFileSync(join(path, 'lock'), '999999\n');
    openDataFolder(path).close();
    expect(readFileSync(join(path, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
  });

  it('is refused when something else stands in its place', () => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, '');
    expect(() => openDataFolder(path)).toThrow(DataFolderError);
    expect(() => openDataFolder(path)).toThrow(
      `APPLEDGER_DATA_DIR ${path}: is a file and no folder: move it away, or choose another folder`,
    );
    expect(() => openDataFolder(join(path, 'below'))).toThrow(/cannot be made \(ENOTDIR\): make it, or choose another/);
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is refused where no folder can be made, without waiting for ever', () => {
    expect(() => openDataFolder('/proc/appledger/data')).toThrow(
      /cannot be made \(ENOENT\): make it, or choose another/,
    );
  });
});
