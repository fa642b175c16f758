import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../../test/support/temp-folder.js';
import { DATA_FILE, LOCK_FILE, makeWritable, openLmdb } from './open-lmdb.js';

const asRoot = process.getuid?.() === 0;

/** A folder with an LMDB file that has one entry. */
async function folderWithFile(): Promise<string> {
  const folder = join(tempFolder(), 'file');
  expect(makeWritable(folder)).toBe(true);
  const root = openLmdb(folder, false);
  await root.put('key', 'value');
  await root.close();
  return folder;
}

// Without the checks that these specs are about, LMDB ends the process by a signal.
describe('an LMDB file', () => {
  it('and its folder are for their owner only', async () => {
    const folder = await folderWithFile();
    const modes = ['', DATA_FILE, LOCK_FILE].map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path), /lock\.mdb is not a file: move it away/],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path]), /lock\.mdb is not a file: move it away/],
    ['a link to nowhere', (path: string) => symlinkSync('/nowhere/at/all', path), /ENOENT.*lock\.mdb/],
  ])('with %s in place of its lock is refused', async (_, make, reason) => {
    const folder = await folderWithFile();
    rmSync(join(folder, LOCK_FILE));
    make(join(folder, LOCK_FILE));
    for (const readOnly of [false, true]) expect(() => openLmdb(folder, readOnly)).toThrow(reason);
  });

  it('with an empty or foreign lock is opened', async () => {
    const folder = await folderWithFile();
    for (const content of ['', 'x'.repeat(300)]) {
      writeFileSync(join(folder, LOCK_FILE), content);
      const root = openLmdb(folder, false);
      expect(root.get('key')).toBe('value');
      await root.close();
    }
  });

  it('that is missing is not created for reading', () => {
    const folder = tempFolder();
    expect(() => openLmdb(folder, true)).toThrow(/ENOENT/);
  });

  it('in whose folder is a file is refused', () => {
    const path = join(tempFolder(), 'taken');
    writeFileSync(path, '');
    expect(() => makeWritable(path)).toThrow(/is a file, not a folder: move it away/);
  });

  // Only root may mount a file system that is small enough.
  (asRoot ? it : it.skip)('that the disk has no room for is refused, and is opened when there is room', async () => {
    const folder = tempFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder]);
    try {
      expect(() => openLmdb(folder, false)).toThrow(/ENOSPC/);
      execFileSync('mount', ['-o', 'remount,size=4m', folder]);
      const root = openLmdb(folder, false);
      await root.put('key', 'value');
      expect(root.get('key')).toBe('value');
      await root.close();
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  });

  (asRoot ? it.skip : it)('that this user may not write is read', async () => {
    const folder = await folderWithFile();
    chmodSync(join(folder, DATA_FILE), 0o400);
    expect(makeWritable(folder)).toBe(false);
    const root = openLmdb(folder, true);
    expect(root.get('key')).toBe('value');
    await root.close();
  });
});
