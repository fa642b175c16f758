/**
 * Runs a command on a MongoDB server of its own: FerretDB, built from test/support/mongodb-server, on a free loopback
 * port, its data in a temporary folder. The command finds it in APPLEDGER_TEST_MONGODB_URL and its program, for tests
 * that end and start one themselves, in APPLEDGER_TEST_MONGODB_SERVER.
 *
 *     node scripts/mongodb-server.mjs [--or-skip] COMMAND [ARGUMENT…]
 *
 * If Go is missing, or its modules cannot be downloaded, it reports that and runs the command without a server; with
 * --or-skip it does not run the command.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';
import { inRoot, tell } from './workspace.mjs';

const SOURCES = inRoot('test', 'support', 'mongodb-server');
const args = process.argv.slice(2);
const orSkip = args[0] === '--or-skip';
const [program, ...rest] = orSkip ? args.slice(1) : args;
if (program === undefined) {
  tell('node scripts/mongodb-server.mjs takes the command to run');
  process.exit(2);
}

const built = join(inRoot('dist', 'mongodb-server'), `server-${fingerprint()}`);
const obstacle = existsSync(built) ? undefined : whyNotBuilt();
if (obstacle === undefined) {
  await build();
  process.exitCode = await runOnServer(built);
} else {
  tell(`skipped: the tests on a MongoDB server, because ${obstacle}`);
  if (orSkip) process.stdout.write('0 passed, 0 failed, 1 skipped\n');
  else process.exitCode = await run(program, rest);
}

async function runOnServer(server) {
  const folder = mkdtempSync(join(tmpdir(), 'appledger-mongodb-'));
  // It ends with its standard input, so with this process.
  const child = spawn(server, ['-data', folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  try {
    const failed = ended.then(([code]) => Promise.reject(new Error(`the MongoDB server ended with code ${code}`)));
    const [url] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), failed]);
    failed.catch(() => undefined); // Tests say what is wrong when it ends under them.
    process.env.APPLEDGER_TEST_MONGODB_URL = url;
    process.env.APPLEDGER_TEST_MONGODB_SERVER = server;
    return await run(program, rest);
  } finally {
    child.kill('SIGKILL'); // Its data is thrown away: there is nothing to finish.
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The reason why the server cannot be built; undefined: it can. */
function whyNotBuilt() {
  if (spawnSync('go', ['version']).status !== 0) return 'the go command is missing: install Go from https://go.dev';
  // What it lists it has loaded, from the network if need be.
  const list = spawnSync('go', ['list', '-C', SOURCES, '-mod=mod', '-deps', '.'], { encoding: 'utf8' });
  return list.status === 0 ? undefined : `Go cannot fetch the modules for one:\n${list.stderr}`;
}

/** Builds the server unless it was built from the same sources. */
async function build() {
  if (existsSync(built)) return;
  const folder = dirname(built);
  mkdirSync(folder, { recursive: true });
  await withLock(
    join(folder, '.build-lock'),
    () => buildIn(folder),
    (holder) => tell(`Waiting for process ${holder ?? 'unknown'}, which is building the MongoDB server …`),
  );
}

async function buildIn(folder) {
  if (existsSync(built)) return;
  tell('Building the MongoDB server for the tests; the first time it takes a minute or two …');
  for (const file of readdirSync(folder)) if (file.startsWith('server-')) rmSync(join(folder, file));
  const unfinished = join(folder, 'unfinished');
  const code = await run('go', ['build', '-C', SOURCES, '-mod=mod', '-o', unfinished, '.']);
  if (code !== 0) throw new Error('the MongoDB server for the tests cannot be built: the compiler’s message is above');
  renameSync(unfinished, built);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const file of readdirSync(SOURCES).sort()) hash.update(file).update(readFileSync(join(SOURCES, file)));
  return hash.digest('hex').slice(0, 16);
}
