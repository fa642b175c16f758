import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { openDataFolder, readDataFolder } from '#libs/engine/runtime/data-folder.js';
import { fillLog } from '../../../test/bench/filled-log.js';
import { builtProgram } from '../../../test/support/built-program.js';
import { appledger } from '../../../test/support/cli.js';
import { tempFolder } from '../../../test/support/temp-folder.js';

const APPLICATIONS = 3;

let env: { readonly APPLEDGER_DATA_DIR: string };
beforeAll(async () => {
  env = { APPLEDGER_DATA_DIR: tempFolder() };
  const organization = '1';
  await fillLog(env.APPLEDGER_DATA_DIR, { applications: APPLICATIONS, organization, projectOf: () => '2' });
});

describe('a data folder without a server', () => {
  it('is read by several commands at the same time', async () => {
    const reader = readDataFolder(env.APPLEDGER_DATA_DIR);
    const runs = await Promise.all([1, 2].map(() => appledger(['events', '--json'], env)));
    reader.close();
    for (const { code, stdout } of runs)
      expect([code, stdout.match(/^\{/gm)]).toEqual([0, Array(2 * APPLICATIONS).fill('{')]);
  });

  it('is not read while a process that may write it cannot be asked, and the error says what to do', async () => {
    const writer = openDataFolder(env.APPLEDGER_DATA_DIR);
    const { code, stdout, stderr } = await appledger(['events'], env);
    writer.close();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/another process is using .+ and cannot be asked .+: .+ Try again, or stop it first\n$/);
  });
});

const onLinux = process.platform === 'linux' ? it : it.skip;
onLinux('a cursor behind events that could not be printed is not told', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [builtProgram('appledger'), 'events', '--json'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^the output cannot be written: ENOSPC[^\n]+\n$/)]);
});
