import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PYTHON = 'python3';

/** The packages are installed once on a machine; an index that does not answer is given up soon. */
const INSTALL_WITHIN_MS = 120_000;
const PIP = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--timeout', '10', '--retries', '1'];

const RUN_WITHIN_MS = 90_000;

/** Where Python finds packages; or why it does not. */
export type PythonPackages = { readonly folder: string } | { readonly missing: string };

/**
 * Installs a package into a folder outside of the tree, unless it is there from an earlier run.
 *
 * @param pinned `name==version`
 */
export function pythonPackages(pinned: string): PythonPackages {
  const folder = join(tmpdir(), 'appledger-python', pinned.replace(/\W+/g, '-'));
  if (existsSync(folder)) return { folder };
  const version = spawnSync(PYTHON, ['-m', 'pip', '--version']);
  if (version.status !== 0) return { missing: `${PYTHON} with pip is not there` };
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const installed = spawnSync(PYTHON, [...PIP, '--target', unfinished, pinned], { timeout: INSTALL_WITHIN_MS });
  if (installed.status === 0 && !existsSync(folder)) renameSync(unfinished, folder);
  rmSync(unfinished, { recursive: true, force: true });
  return existsSync(folder) ? { folder } : { missing: `pip cannot install ${pinned}` };
}

/** Runs a script; answers what it writes: JSON lines of one member each, as one object. @throws Error it fails */
export async function runPython(folder: string, script: string, ...args: string[]): Promise<Record<string, unknown>> {
  const env = { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await promisify(execFile)(PYTHON, [script, ...args], { env, timeout: RUN_WITHIN_MS });
  return Object.assign(
    {},
    ...stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}
