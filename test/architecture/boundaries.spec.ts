import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { healthy, type PlantedFile, packages, violations } from './planted-violations.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const configFile = join(root, '.dependency-cruiser.mjs');
const SOURCES = ['apps', 'libs', 'test'];
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

interface Rule {
  readonly name: string;
  readonly from: Selection;
  readonly to: Selection;
}
interface Selection {
  readonly path?: string | readonly string[];
  readonly pathNot?: string | readonly string[];
}
interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
  /** The members of a cycle, which is reported once for all of them. */
  readonly cycle?: readonly { readonly name: string }[];
}

const config: { forbidden: readonly Rule[] } = (await import(pathToFileURL(configFile).href)).default;
const folders = await foldersOfTheLayout();
const ruleNames = config.forbidden.map(({ name }) => name);

describe('the boundaries', () => {
  it('hold in this tree', async () => {
    const lines = (await cruise(root)).map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
    expect(lines).toEqual([]);
  });

  it.each(folders)('name %s in a rule of its own', (folder) => {
    const names = config.forbidden.filter((rule) => speaksOf(rule, folder)).map(({ name }) => name);
    expect(names).not.toEqual([]);
  });
});

describe('a planted violation', () => {
  let tree: string;
  let found: readonly Violation[];

  beforeAll(async () => {
    tree = await realpath(await mkdtemp(join(tmpdir(), 'appledger-boundaries-')));
    await plant(tree, [...healthy, ...Object.values(violations).flat()]);
    found = await cruise(tree);
  });

  afterAll(() => rm(tree, { recursive: true, force: true }));

  it('is planted for each rule of the configuration, and for nothing else', () => {
    expect(Object.keys(violations).sort()).toEqual([...ruleNames].sort());
  });

  it.each(ruleNames)('of %s is reported by that rule alone', (rule) => {
    const expected = (violations[rule] ?? []).map(({ path }) => ({ path, reportedBy: [rule] }));
    expect(expected.map(({ path }) => ({ path, reportedBy: rulesThatReport(path) }))).toEqual(expected);
  });

  it('leaves the files alone that break no rule', () => {
    const innocent = new Set(healthy.map(({ path }) => path));
    expect(found.filter(({ from }) => innocent.has(from))).toEqual([]);
  });

  function rulesThatReport(path: string): readonly string[] {
    const reports = found.filter(({ from, cycle = [] }) => from === path || cycle.some(({ name }) => name === path));
    return [...new Set(reports.map(({ rule }) => rule.name))];
  }
});

/** Checks a tree with this repository's rules, in a process of its own. */
async function cruise(tree: string): Promise<readonly Violation[]> {
  const cli = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const args = [cli, '--config', configFile, '--output-type', 'json', ...SOURCES];
  const output = await new Promise<string>((resolve, reject) => {
    // The exit code says that there are violations; that it could not run at all shows in the output.
    execFile(process.execPath, args, { cwd: tree, maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) =>
      stdout.startsWith('{')
        ? resolve(stdout)
        : reject(new Error(`dependency-cruiser did not run: ${stderr}`, { cause: error })),
    );
  });
  return JSON.parse(output).summary.violations;
}

async function plant(tree: string, files: readonly PlantedFile[]): Promise<void> {
  const dependencies = Object.fromEntries(packages.map((name) => [name, '1.0.0']));
  await write(join(tree, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
  for (const name of packages) {
    await write(join(tree, 'node_modules', name, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
    await write(join(tree, 'node_modules', name, 'index.js'), 'module.exports = {};\n');
  }
  for (const { path, imports } of files) await write(join(tree, path), source(imports));
}

function source(imports: readonly string[]): string {
  const lines = imports.map((name, index) =>
    name.startsWith('type ')
      ? `import type { T${index} } from '${name.slice('type '.length)}';`
      : `import * as m${index} from '${name}';\nm${index};`,
  );
  return `${lines.join('\n')}\nexport const planted = true;\n`;
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** Every folder that is a part of the layout: each part of the engine, the registry, apps and test. */
async function foldersOfTheLayout(): Promise<readonly string[]> {
  const parts = await readdir(join(root, 'libs', 'engine'), { withFileTypes: true });
  const names = parts.filter((entry) => entry.isDirectory()).map(({ name }) => `libs/engine/${name}`);
  return [...names, 'libs/registry', 'apps', 'test'].filter((folder) => existsSync(join(root, folder)));
}

/** Says whether the rule means this folder, and would not mean just any. */
function speaksOf(rule: Rule, folder: string): boolean {
  const side = folder.startsWith('libs/') ? rule.from : rule.to;
  const elsewhere = folder.startsWith('libs/') ? 'libs/unheard-of/file.ts' : 'unheard-of/folder/file.ts';
  return selects(side, `${folder}/folder/file.ts`) && !selects(side, elsewhere);
}

function selects({ path, pathNot }: Selection, file: string): boolean {
  return matches(path, file) && !(pathNot !== undefined && matches(pathNot, file));
}

/** A selection without a pattern means every file. */
function matches(patterns: string | readonly string[] | undefined, file: string): boolean {
  return patterns === undefined || [patterns].flat().some((pattern) => new RegExp(pattern).test(file));
}
