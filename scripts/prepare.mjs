/**
 * Prepares a checkout to run: installs the packages and builds, each only if necessary. Messages go to standard error.
 *
 *     node scripts/prepare.mjs [--force-build]
 */
import { mkdirSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './build.mjs';
import { install, isInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { inRoot, tell } from './workspace.mjs';

const MINIMUM_NODE = [20, 15]; // as package.json's engines say

/**
 * Installs and builds what is missing. Ends the process with a message on standard error if that fails.
 *
 * @param {{ forceBuild?: boolean }} [options] forceBuild: build although dist is up to date
 */
export async function prepare({ forceBuild = false } = {}) {
  try {
    refuseOldNode();
    if (!forceBuild && isReady()) return;
    mkdirSync(inRoot('dist'), { recursive: true });
    // In dist, because an installation begins by deleting node_modules.
    await withLock(
      inRoot('dist', '.prepare-lock'),
      () => work(forceBuild),
      (holder) => tell(`Waiting for process ${holder ?? 'unknown'}, which is installing or building here …`),
    );
  } catch (error) {
    tell(`Cannot start: ${error.message}`);
    process.exit(1);
  }
}

const isReady = () => isInstalled() && isBuilt();

async function work(forceBuild) {
  if (!isInstalled()) await install();
  if (forceBuild || !isBuilt()) await build();
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [needMajor, needMinor] = MINIMUM_NODE;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new Error(
    `Appledger needs Node ${MINIMUM_NODE.join('.')} or newer, and this is ${process.versions.node}: install a newer one from https://nodejs.org`,
  );
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await prepare({ forceBuild: process.argv.includes('--force-build') });
}
