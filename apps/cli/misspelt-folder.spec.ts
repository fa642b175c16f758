import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tempFolder } from '../../test/support/temp-folder.js';

const PROGRAMS = resolve(import.meta.dirname, '../../dist/apps/cli');

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const path = join(PROGRAMS, program);
  return spawnSync(process.execPath, [path, ...args], { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' });
}

describe.each([
  ['main.js', ['projections', 'list'], {}],
  ['main.js', ['projections', 'verify', 'applications'], {}],
  ['copy-events.js', [], { APPLEDGER_EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' }],
])('%s %j on a data folder that is not there', (program, args, env) => {
  it('says so, and makes none', () => {
    const dataDir = join(tempFolder(), 'misspelt');
    const { status, stdout, stderr } = run(program, args, { ...env, APPLEDGER_DATA_DIR: dataDir });
    expect(stderr).toBe(
      `there is no event store in ${dataDir}: set APPLEDGER_DATA_DIR to the folder that Appledger uses\n`,
    );
    expect([status, stdout, existsSync(dataDir)]).toEqual([2, '', false]);
  });
});

describe('copy-events', () => {
  it('tells what it does when asked', () => {
    expect(run('copy-events.js', ['--help'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Copies/) });
  });

  it.each([[['--force']], [['./data']]])('does not know %j', (args) => {
    expect(run('copy-events.js', args)).toMatchObject({ status: 2, stderr: expect.stringMatching(/See --help\.\n$/) });
  });
});
