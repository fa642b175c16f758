/**
 * Checks a change: format and lint, types, protobuf definitions, boundaries, tests. Stops at the first failure.
 *
 *     npm run check [-- --no-tests]
 */
import { runNode } from './run.mjs';
import { inRoot, tell } from './workspace.mjs';

const tool = (...path) => inRoot('node_modules', ...path);
const steps = [
  { name: 'Format and lint', command: [tool('@biomejs', 'biome', 'bin', 'biome'), 'check', '.'] },
  { name: 'Types', command: [tool('typescript', 'bin', 'tsc'), '--noEmit'] },
  { name: 'Protobuf', command: [inRoot('scripts', 'protos.mjs'), 'check'] },
  { name: 'Boundaries', command: [tool('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), 'apps', 'libs', 'test'] },
  { name: 'Released event forms', command: [inRoot('dist', 'apps', 'cli', 'release-events.js'), '--check'] },
  { name: 'Tests', command: [inRoot('scripts', 'jest.mjs')] },
];

const [flag, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (flag !== undefined && flag !== '--no-tests')) {
  tell(`npm run check takes --no-tests and nothing else (got ${process.argv.slice(2).join(' ')})`);
  process.exit(2);
}

const chosen = flag === '--no-tests' ? steps.filter(({ name }) => name !== 'Tests') : steps;
for (const { name, command } of chosen) {
  tell(`\n== ${name}`);
  const since = performance.now();
  const code = await runNode(command);
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  tell(`== ${name}: ${code === 0 ? 'passed' : `FAILED (exit code ${code})`} after ${seconds} s`);
  if (code !== 0) process.exit(code);
}
