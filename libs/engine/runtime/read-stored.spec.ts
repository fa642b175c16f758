import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { readStored } from './read-stored.js';

it('a stored file is read whole, and an error names what cannot be read', () => {
  const folder = tempFolder();
  const [file, subfolder, nothing] = ['file', 'subfolder', 'nothing'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(file, 'text');
  mkdirSync(subfolder);
  expect(readStored(file).toString()).toBe('text');
  for (const path of [subfolder, nothing]) expect(() => readStored(path)).toThrow(`${path} cannot be read (E`);
});
