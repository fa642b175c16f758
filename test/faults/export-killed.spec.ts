import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import { fillLog } from '../bench/filled-log.js';
import { builtProgram } from '../support/built-program.js';
import { appledger } from '../support/cli.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { tempFolder } from '../support/temp-folder.js';

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

/** Kills a command as soon as something is there. Answers whether it had not ended before. */
async function killedWhen(args: readonly string[], env: Readonly<Record<string, string>>, isThere: () => boolean) {
  const child = spawn(process.execPath, [builtProgram('appledger'), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: 'ignore',
  });
  const ended = once(child, 'close');
  while (child.exitCode === null && !isThere()) await delay(POLL_MS);
  child.kill('SIGKILL');
  await ended;
  return child.signalCode === 'SIGKILL';
}

/** The same, again from the start where a busy machine has noticed too late what is there. */
async function killedInTheMiddle(...[args, env, isThere, result]: [...Parameters<typeof killedWhen>, string]) {
  while (!(await killedWhen(args, env, isThere))) rmSync(result, { recursive: true, force: true });
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

const json = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
  const { code, stdout, stderr } = await appledger([...args, '--json'], env);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};

/** The ids of exported events, in their order. */
function idsIn(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ndjson'));
  return files.toSorted().flatMap((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line).id as string);
  });
}

it('an export and an import that are killed are continued by the same commands, and nothing is missing', async () => {
  const folder = join(tempFolder(), 'export');
  await killedInTheMiddle(['export', folder], { APPLEDGER_DATA_DIR: dataDir }, () => chunksIn(folder) > 0, folder);
  const exported = await json(['export', folder], { APPLEDGER_DATA_DIR: dataDir });
  expect(exported.events).toBe(EVENTS);
  expect(exported.before).toBeGreaterThan(0);
  expect(exported.before).toBeLessThan(EVENTS);

  const target = join(tempFolder(), 'new');
  const segment = join(target, 'import.partial', '0000000000000000.log');
  const isBegun = () => (statSync(segment, { throwIfNoEntry: false })?.size ?? 0) > BEGUN_BYTES;
  await killedInTheMiddle(['import', folder], { APPLEDGER_DATA_DIR: target }, isBegun, target);
  expect(existsSync(join(target, 'events'))).toBe(false);
  const imported = await json(['import', folder], { APPLEDGER_DATA_DIR: target });
  expect(imported.events).toBe(EVENTS);
  expect(imported.before).toBeGreaterThan(0);
  expect(imported.before).toBeLessThan(EVENTS);
  expect(existsSync(join(target, 'import.partial'))).toBe(false);
  expect((await json(['log', 'verify'], { APPLEDGER_DATA_DIR: target })).events).toBe(EVENTS);
  expect(await eventsIn(target)).toBe(await eventsIn(dataDir));
});

it('an import into EventStoreDB that is killed, and an export of it, are continued in the same order', async () => {
  const few = tempFolder();
  await fillLog(few, { applications: 2_000, organization: '1', projectOf: () => '69629023906488334' });
  const [there, back] = [join(tempFolder(), 'there'), join(tempFolder(), 'back')];
  await json(['export', there, '--compress', 'gzip'], { APPLEDGER_DATA_DIR: few });
  const target = new GatewayProcess();
  try {
    await target.start();
    const env = { APPLEDGER_EVENTSTORE_URL: target.connectionString };
    const segment = join(target.folder, 'events', '0000000000000000.log');
    const size = () => statSync(segment, { throwIfNoEntry: false })?.size ?? 0;
    const empty = size();
    await killedWhen(['import', there], env, () => size() > empty + 100_000);
    const imported = await json(['import', there], env);
    expect(imported.events).toBe(4_000);
    expect(imported.before).toBeGreaterThan(0);
    expect(imported.before).toBeLessThan(4_000);
    await killedWhen(['export', back], env, () => existsSync(back) && readdirSync(back).length > 1);
    expect((await json(['export', back], env)).events).toBe(4_000);
    const plain = join(tempFolder(), 'plain');
    await json(['export', plain], { APPLEDGER_DATA_DIR: few });
    expect(idsIn(back)).toEqual(idsIn(plain));
  } finally {
    await target.end('SIGKILL');
  }
});
