import { spawnSync } from 'node:child_process';
import { inRoot } from './workspace.mjs';

// Runs tests on another version of Node.js, which npm brings: npm run test:node -- 22 [what npm test takes]
const [version = '', ...args] = process.argv.slice(2);
if (!/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error('Which version of Node.js? For example: npm run test:node -- 24 libs test/contract');
  process.exit(1);
}
const onVersion = ['exec', '--yes', `--package=node@${version}`, '--', 'node'];
const { status } = spawnSync('npm', [...onVersion, inRoot('scripts/jest.mjs'), ...args], { stdio: 'inherit' });
process.exitCode = status ?? 1;
