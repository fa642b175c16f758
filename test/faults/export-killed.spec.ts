import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import { fillLog } from '../bench/filled-log.js';
import { appledger } from '../support/cli.js';
import { tempFolder } from '../support/temp-folder.js';

const MAIN = resolve(import.meta.dirname, '../../dist/apps/cli/main.js');

/** The text of their events fills two files of an export. */
const APPLICATIONS = 50_000;
const EVENTS = 2 * APPLICATIONS;
const POLL_MS = 1;

/** So much of a log has a whole group in it. */
const BEGUN_BYTES = 5_000_000;

let dataDir: string;
beforeAll(async () => {
  dataDir = tempFolder();
  await fillLog(dataDir, { applications: APPLICATIONS, organization: '1', projectOf: () => '69629023906488334' });
});

/** Kills a command as soon as something is there. Whether it had ended before is no matter of the test. */
async function killedWhen(args: readonly string[], env: Readonly<Record<string, string>>, isThere: () => boolean) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH, ...env }, stdio: 'ignore' });
  const ended = once(child, 'close');
  while (child.exitCode === null && !isThere()) await delay(POLL_MS);
  child.kill('SIGKILL');
  await ended;
}

function chunksIn(folder: string): number {
  const path = join(folder, 'manifest.partial.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).chunks.length : 0;
}

function eventsIn(dataFolder: string) {
  return EmbeddedLog.open({ folder: join(dataFolder, 'events'), readOnly: true }).then(async (log) => {
    const first = await log.readAllPage({ direction: 'forwards', from: 0n, maxEvents: 100 });
    const last = await log.readAllPage({ direction: 'backwards', from: BigInt(EVENTS), maxEvents: 100 });
    await log.close();
    return JSON.stringify([...first, ...last]);
  });
}

it('an export and an import that are killed are continued by the same commands, and nothing is missing', async () => {
  const folder = join(tempFolder(), 'export');
  const json = async (args: readonly string[], dataFolder: string) => {
    const { code, stdout, stderr } = await appledger([...args, '--json'], { APPLEDGER_DATA_DIR: dataFolder });
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };
  await killedWhen(['export', folder], { APPLEDGER_DATA_DIR: dataDir }, () => chunksIn(folder) > 0);
  const exported = await json(['export', folder], dataDir);
  expect(exported.events).toBe(EVENTS);
  expect(exported.before).toBeGreaterThan(0);
  expect(exported.before).toBeLessThan(EVENTS);

  const target = join(tempFolder(), 'new');
  const segment = join(target, 'import.partial', '0000000000000000.log');
  const isBegun = () => (statSync(segment, { throwIfNoEntry: false })?.size ?? 0) > BEGUN_BYTES;
  await killedWhen(['import', folder], { APPLEDGER_DATA_DIR: target }, isBegun);
  expect(existsSync(join(target, 'events'))).toBe(false);
  const imported = await json(['import', folder], target);
  expect(imported.events).toBe(EVENTS);
  expect(imported.before).toBeGreaterThan(0);
  expect(imported.before).toBeLessThan(EVENTS);
  expect(existsSync(join(target, 'import.partial'))).toBe(false);
  expect((await json(['log', 'verify'], target)).events).toBe(EVENTS);
  expect(await eventsIn(target)).toBe(await eventsIn(dataDir));
});
