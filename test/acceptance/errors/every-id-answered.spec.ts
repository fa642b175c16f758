import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { features } from '#libs/registry/features.js';

/** What no call can bring about today, and why. The deciders' specs show each of them. */
const UNREACHABLE: readonly string[] = [
  'COMMAND-Gnwt3', // every application that a call can add is an API client
  'COMMAND-aeH4', // likewise
];

const acceptance = join(import.meta.dirname, '..');
const helpers = join(import.meta.dirname, '../../support');
const own = import.meta.filename;

/** Everything that acceptance specs and their helpers say. */
const said = [acceptance, helpers]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  .filter((path) => path !== own)
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

describe('the error catalogue', () => {
  it.each(Object.keys(features.refusals).filter((id) => !UNREACHABLE.includes(id)))(
    '%s is answered to a client',
    (id) => {
      expect(said).toContain(id);
    },
  );

  it.each(UNREACHABLE)('%s cannot be answered yet, and is not expected anywhere', (id) => {
    expect(features.refusals).toHaveProperty([id]);
    expect(said).not.toContain(id);
  });
});
