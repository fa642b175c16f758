import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { features } from '#libs/registry/features.js';

/** Error ids that no call can produce yet, with the reason. The specs of the deciders cover them. */
const UNREACHABLE: readonly string[] = [
  'COMMAND-Gnwt3', // every application that a call can add is an API client
  'COMMAND-aeH4', // likewise
  'SECRET-Hs2vd', // likewise
  'SECRET-Nt7cE', // no call sends the command
  'WEBHOOK-Ex2st', // each webhook has a new id
];

const acceptance = join(import.meta.dirname, '..');
const faults = join(import.meta.dirname, '../../faults');
const helpers = join(import.meta.dirname, '../../support');
const own = import.meta.filename;

/** The text of all specs that call servers, and of their helpers. */
const said = [acceptance, faults, helpers]
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
    '%s is expected by a spec that calls a server',
    (id) => {
      expect(said).toContain(id);
    },
  );

  it.each(UNREACHABLE)('%s cannot occur yet, and is expected by no spec that calls a server', (id) => {
    expect(features.refusals).toHaveProperty([id]);
    expect(said).not.toContain(id);
  });
});
