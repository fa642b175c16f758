import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The roles that a file's name may state, as CONTRIBUTING.md lists them. */
const roles = rolesIn(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'));
/** Code that protoc-gen-es writes, and names. */
const GENERATED = /[/]gen[/].*_pb\.ts$/;

const SOURCE_NAME = new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*(\\.(${roles.join('|')}))?(\\.(spec|d))?\\.ts$`);

const sources = ['apps', 'libs', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !GENERATED.test(path)),
);

/** The suffixes in the sentence of CONTRIBUTING.md that lists them, without `.spec`: a spec is named after its file. */
function rolesIn(contributing: string): readonly string[] {
  const [, list = ''] = /at most one role suffix \(([^)]*)\)/.exec(contributing) ?? [];
  return [...list.matchAll(/`\.([a-z]+)`/g)].map(([, role = '']) => role).filter((role) => role !== 'spec');
}

describe('the workshop', () => {
  it('lists every role that a file has, and no other', () => {
    const used = new Set(sources.flatMap((path) => /\.([a-z]+)(?:\.spec)?\.ts$/.exec(path)?.[1] ?? []));
    expect([...used].filter((role) => role !== 'd' && role !== 'spec').sort()).toEqual(roles.toSorted());
  });

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
