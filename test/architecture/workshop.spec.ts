import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a file's name may say about its role; a spec is named after the file that it stands beside. */
const ROLES = [
  'command',
  'contract',
  'decide',
  'document',
  'errors',
  'events',
  'evolve',
  'handler',
  'adapter',
  'model',
  'module',
  'projection',
  'query',
  'refusals',
  'rpc',
  'state',
];
const SOURCE_NAME = new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*(\\.(${ROLES.join('|')}))?(\\.(spec|d))?\\.ts$`);

const sources = ['apps', 'libs', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
);

describe('the workshop', () => {
  it('names files in kebab-case with at most one role', () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((path) => !SOURCE_NAME.test(path.slice(path.lastIndexOf('/') + 1)))).toEqual([]);
  });

  it('locks packages without saying which registry they came from', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const named = Object.entries(lock.packages).filter(([, entry]) => Object.hasOwn(entry as object, 'resolved'));
    expect(named.map(([path]) => path)).toEqual([]);
  });

  it('pins every package to one version', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(`${version}`),
    );
    expect(loose).toEqual([]);
  });

  it.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'LICENSE'])('has %s', (name) => {
    expect(existsSync(join(root, name))).toBe(true);
  });
});
