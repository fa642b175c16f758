import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { appledgerWithoutRoom, appledger as run } from '../../support/cli.js';
import { cleanUp } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';

afterAll(cleanUp);

const SEGMENT = '0000000000000000.log';
const log = (dataDir: string, ...args: readonly string[]) => run(['log', ...args], { APPLEDGER_DATA_DIR: dataDir });

/** Changes a byte in the record of an application, where its name stands. */
function damage(dataDir: string, name: string): void {
  const file = join(dataDir, 'events', SEGMENT);
  const bytes = readFileSync(file);
  const at = bytes.indexOf(`"name":"${name}"`) + 9;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

/** A stopped server's data folder, with two applications, one of them renamed to Hurt, and their ids. */
async function stopped(): Promise<{ readonly dataDir: string; readonly sound: string; readonly hurt: string }> {
  const server = await startAppledger();
  await ready(server.call);
  const sound = (await server.createApp({ name: 'Sound' })).body.appId;
  const hurt = (await server.createApp({ name: 'Before' })).body.appId;
  await server.app('PUT', hurt, '', { name: 'Hurt' });
  await server.server.stop();
  return { dataDir: server.server.dataDir, sound, hurt };
}

async function renamed({ app }: Appledger, appId: string) {
  return app('PUT', appId, '', { name: 'Renamed' });
}

describe('appledger log verify', () => {
  it('says that no damage is found, beside a running server and without one', async () => {
    const server = await startAppledger();
    await server.createApp({ name: 'First' });
    const { dataDir } = server.server;
    const running = await log(dataDir, 'verify');
    expect(running).toMatchObject({ code: 0, stderr: '' });
    expect(running.stdout).toMatch(/^5 events in 4 streams up to position 4, 1 segments, .* no damage found\n$/);
    await server.server.stop('SIGKILL');
    const report = JSON.parse((await log(dataDir, 'verify', '--json')).stdout);
    expect(report).toMatchObject({ events: 5, streams: 4, position: 4, damages: [], indexFaults: [] });
  });

  it('refuses a folder without an event store, and words that it does not know', async () => {
    const { dataDir } = await stopped();
    expect(await log(tempFolder(), 'verify')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no event store'),
    });
    expect(await log(dataDir, 'verify', 'more')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('too many'),
    });
    expect(await log(dataDir, 'salvage')).toMatchObject({ code: 2, stderr: expect.stringContaining('salvage takes') });
    expect((await log(dataDir)).stdout).toContain('Usage:');
  });
});

describe('a record that is damaged', () => {
  it('is an error of the calls that need it alone; the server answers the others, and says that it is not ready', async () => {
    const { dataDir, sound, hurt } = await stopped();
    damage(dataDir, 'Hurt');
    const server = await startAppledger({ dataDir });
    expect((await server.getApp(sound)).status).toBe(200);
    expect((await renamed(server, sound)).status).toBe(200);
    expect(await renamed(server, hurt)).toMatchObject({ status: 503, body: { code: 14 } });
    expect((await server.call('GET /debug/ready/write')).status).toBe(503);
    expect((await server.call('GET /debug/healthz')).status).toBe(200);
    const metrics = await (await fetch(`${server.server.url}/debug/metrics`)).text();
    expect(metrics).toMatch(/^appledger_event_log_damages 1$/m);
    const line = await server.server.outputWith(/the event log is damaged/);
    expect(line).toMatch(
      new RegExp(`segment ${SEGMENT}, \\d+ bytes at offset \\d+, position \\d+ .*application-${hurt}`),
    );
    const verified = await log(dataDir, 'verify');
    expect(verified.code).toBe(1);
    expect(verified.stdout).toMatch(new RegExp(`^damaged: segment ${SEGMENT}, .* position \\d+ \\(1 event\\)`));
    expect(verified.stdout).toMatch(
      /: 1 damage\nRestore a back-up, or copy what is whole with "appledger log salvage"\n$/,
    );
  });

  it('is left out of what is salvaged, and a server runs on the rest', async () => {
    const { dataDir, sound } = await stopped();
    damage(dataDir, 'Hurt');
    const to = join(tempFolder(), 'salvaged');
    const salvaged = await log(dataDir, 'salvage', to);
    expect(salvaged.code).toBe(1);
    expect(salvaged.stdout).toMatch(/^lost: segment .*\n\d+ events copied into /);
    cpSync(join(dataDir, 'development-issuer.json'), join(to, 'development-issuer.json'));
    expect((await log(to, 'verify')).code).toBe(0);
    const server = await startAppledger({ dataDir: to });
    while ((await server.getApp(sound)).status !== 200) await delay(100);
    expect(await log(dataDir, 'salvage', to)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there already'),
    });
    const beside = await log(to, 'salvage', join(tempFolder(), 'of a running server'));
    expect(beside).toMatchObject({ code: 1, stderr: expect.stringContaining('is using it: stop it') });
    const inside = await log(to, 'salvage', join(to, 'salvaged'));
    expect(inside).toMatchObject({ code: 2, stderr: expect.stringContaining('is in the data folder') });
  });

  it('leaves nothing of a copy for which there is no room, whoever makes it, and says what to do', async () => {
    const { dataDir } = await stopped();
    const parent = tempFolder();
    const backedUp = join(tempFolder(), 'backed up');
    expect((await run(['backup', backedUp], { APPLEDGER_DATA_DIR: dataDir })).code).toBe(0);
    const target = tempFolder();
    for (const [args, folder] of [
      [['log', 'salvage', join(parent, 'copy')], dataDir],
      [['backup', join(parent, 'copy')], dataDir],
      [['restore', backedUp], target],
    ] as const) {
      const { code, stdout, stderr } = await appledgerWithoutRoom(args, { APPLEDGER_DATA_DIR: folder });
      expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' });
      expect(stderr).toMatch(/Check the disk and its free space, and run the command again/);
    }
    expect(readdirSync(parent)).toEqual([]);
    expect(readdirSync(target)).toEqual(['lock']);
  });

  it('is not taken for a whole copy when salvaging was interrupted', async () => {
    const { dataDir } = await stopped();
    const parent = tempFolder();
    const to = join(parent, 'salvaged');
    mkdirSync(join(`${to}.partial`, 'events'), { recursive: true });
    writeFileSync(join(`${to}.partial`, 'lock'), '1');
    writeFileSync(join(`${to}.partial`, 'events', SEGMENT), 'half');
    const salvaged = await log(dataDir, 'salvage', to);
    expect(salvaged).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing is lost') });
    expect(readdirSync(parent)).toEqual(['salvaged']);
    expect((await log(to, 'verify')).code).toBe(0);
  });
});

describe('an event log that is gone', () => {
  it('is not begun anew beside the documents that were made from it, unless that is asked for', async () => {
    const { dataDir, sound } = await stopped();
    rmSync(join(dataDir, 'events'), { recursive: true });
    await expect(startAppledger({ dataDir })).rejects.toThrow(
      /the event log .* is gone, and documents in .* were made/,
    );
    expect(existsSync(join(dataDir, 'events'))).toBe(false);
    const server = await startAppledger({ dataDir, env: { APPLEDGER_NEW_EVENT_LOG: 'true' } });
    await ready(server.call);
    expect((await server.getApp(sound)).status).toBe(404);
    expect(readdirSync(join(dataDir, 'events'))).toContain(SEGMENT);
    expect(readdirSync(dataDir)).toContainEqual(expect.stringMatching(/^ledger\.replaced-/)); // a new log has a new ledger
  });
});
