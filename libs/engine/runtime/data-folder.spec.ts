import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { DataFolderError, DataFolderInUseError, openDataFolder, readDataFolder } from './data-folder.js';

describe('the data folder', () => {
  it('is created if it does not exist, and holds the id of the process that uses it', () => {
    const path = join(tempFolder(), 'deep', 'data');
    const folder = openDataFolder(path);
    expect(folder).toMatchObject({ path, readOnly: false });
    expect(readFileSync(join(path, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
    folder.close();
  });

  it('is accessible to its owner only when it is created, and keeps its mode when it exists', () => {
    const path = join(tempFolder(), 'data');
    const modeOf = () => statSync(path).mode & 0o777;
    openDataFolder(path).close();
    expect(modeOf()).toBe(0o700);
    chmodSync(path, 0o750);
    openDataFolder(path).close();
    expect(modeOf()).toBe(0o750);
  });

  it('is refused to a second user, with the process id of the first', () => {
    const path = tempFolder();
    const folder = openDataFolder(path);
    expect(() => openDataFolder(path)).toThrow(
      `APPLEDGER_DATA_DIR ${path}: another process (pid ${process.pid}) is using it: stop it or choose another folder`,
    );
    folder.close();
    openDataFolder(path).close();
  });

  it('is read by several at the same time, and by none while another one may write it', () => {
    const path = tempFolder();
    const readers = [readDataFolder(path), readDataFolder(path)];
    expect(readers).toMatchObject([{ readOnly: true }, { readOnly: true }]);
    expect(() => openDataFolder(path)).toThrow(DataFolderInUseError);
    for (const reader of readers) reader.close();
    const writer = openDataFolder(path);
    expect(() => readDataFolder(path)).toThrow(DataFolderInUseError);
    writer.close();
    readDataFolder(path).close();
  });

  it('can be used when a crash left the lock file behind', () => {
    const path = tempFolder();
    writeFileSync(join(path, 'lock'), '999999\n');
    openDataFolder(path).close();
    expect(readFileSync(join(path, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
  });

  it('is refused when its path is a file', () => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, '');
    expect(() => openDataFolder(path)).toThrow(DataFolderError);
    expect(() => openDataFolder(path)).toThrow(
      `APPLEDGER_DATA_DIR ${path}: is a file, not a folder: move it away, or choose another folder`,
    );
    expect(() => openDataFolder(join(path, 'below'))).toThrow(
      /cannot be created \(ENOTDIR\): create it, or choose another/,
    );
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is refused where no folder can be made, without waiting for ever', () => {
    expect(() => openDataFolder('/proc/appledger/data')).toThrow(
      /cannot be created \(ENOENT\): create it, or choose another/,
    );
  });
});
