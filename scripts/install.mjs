import { readFileSync } from 'node:fs';
import { run, runNode } from './run.mjs';
import { inRoot, tell } from './workspace.mjs';

const UNREACHABLE = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/;

/**
 * Says whether node_modules holds what package-lock.json asks for. npm notes what it has installed in
 * node_modules/.package-lock.json when it has finished, so half an installation does not count.
 */
export function isInstalled() {
  const wanted = packagesIn('package-lock.json');
  const present = packagesIn('node_modules/.package-lock.json');
  if (wanted === undefined)
    throw new Error('package-lock.json is missing: restore it with `git checkout package-lock.json`');
  return present !== undefined && matches(wanted, present);
}

/**
 * Installs what package-lock.json asks for, development packages included (the compiler is one). `npm ci` would refuse
 * a lock file that was written against a mirror without the binaries of other systems; `npm install --no-save` takes
 * the locked versions all the same, and what it has done is compared with the lock file afterwards.
 */
export async function install() {
  tell('Installing packages; the first time takes a minute …');
  const args = [
    'install',
    '--no-save',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const npm = process.env.npm_execpath;
  let errors = '';
  const collect = (text) => {
    errors += text;
  };
  const stdio = ['ignore', 'ignore', 'pipe'];
  const code = npm?.endsWith('.js')
    ? await runNode([npm, ...args], stdio, collect)
    : await run('npm', args, stdio, collect);
  if (code !== 0) {
    process.stderr.write(errors);
    throw new Error(
      UNREACHABLE.test(errors)
        ? 'packages are missing and the npm registry cannot be reached: check the network, the proxy and `npm config get registry`, then try again'
        : `npm install failed (exit code ${code}): its message is above`,
    );
  }
  if (!isInstalled()) {
    throw new Error('package-lock.json does not fit package.json: run `npm install` and commit package-lock.json');
  }
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(inRoot(file), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Optional packages may be absent, or come on top: they are the binaries of one system or another. */
function matches(wanted, present) {
  const isExpected = ([path, { optional }]) => path in wanted || optional === true;
  const isThere = ([path, { version, optional }]) =>
    path === '' || (present[path] === undefined ? optional === true : present[path].version === version);
  return Object.entries(wanted).every(isThere) && Object.entries(present).every(isExpected);
}
