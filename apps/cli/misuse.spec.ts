import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtProgram } from '../../test/support/built-program.js';
import { tempFolder } from '../../test/support/temp-folder.js';

const PROGRAM = builtProgram('appledger');

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [PROGRAM, ...args], { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' });
}

describe.each([
  [['projections', 'list'], {}],
  [['projections', 'verify', 'applications'], {}],
  [['export', 'nowhere'], {}],
])('%j on a data folder that does not exist', (args, env) => {
  it('reports that, and does not create it', () => {
    const dataDir = join(tempFolder(), 'misspelt');
    const { status, stdout, stderr } = run(args, { ...env, APPLEDGER_DATA_DIR: dataDir });
    expect(stderr).toBe(
      `there is no event store in ${dataDir}: set APPLEDGER_DATA_DIR to the folder that Appledger uses\n`,
    );
    expect([status, stdout, existsSync(dataDir)]).toEqual([2, '', false]);
  });
});

it.each([
  [['--help'], /^Appledger's tools.+ backup .+ restore .+ projections .+ export .+ import .+ token .+Exit codes/s],
  [['backup', '--help'], /^Copies the embedded stores/],
  [['restore', '-h'], /^Puts a copy/],
  [['projections'], /^Manages the projections/],
  [['events', '--help'], /^Prints the events/],
  [['export', '--help'], /^Writes the events into the new folder/],
  [['import', '--help'], /^Writes the events of an export/],
  [['unused', '--help'], /^Lists the applications/],
  [['secrets', '--help'], /^Manages the secrets/],
  [['webhooks', '--help'], /^Manages the webhooks/],
  [['token', '--help'], /^Prints a bearer token/],
])('%j describes the command', (args, help) => {
  expect(run(args)).toMatchObject({ status: 0, stdout: expect.stringMatching(help), stderr: '' });
});

it.each([
  [['nothing'], 'there is no command "nothing"'],
  [['constructor'], 'there is no command "constructor"'],
  [['backup'], 'backup takes the folder to copy to'],
  [['backup', 'a', 'b'], 'unexpected argument b'],
  [['backup', 'a', '--replace'], '--replace'],
  [['restore'], 'restore takes the folder of a back-up'],
  [['export'], 'export takes the folder to write to'],
  [['export', 'a', '--compress', 'zip'], '--compress takes gzip (got zip)'],
  [['export', 'a', '--from', '-1'], '--from'],
  [['export', 'a', '--to', 'x'], '--to takes a position, a whole number from 0 (got x)'],
  [['export', ''], 'export takes the folder to write to (got "")'],
  [['export', 'a', '--from', '5', '--to', '4'], '--from must not be behind --to (got 5 and 4)'],
  [['export', 'a', '--to', '9223372036854775808'], '--to takes a position, a whole number from 0'],
  [['import', ''], 'import takes the folder of an export (got "")'],
  [['history', ''], 'history takes the id of an application (got "")'],
  [['import'], 'import takes the folder of an export'],
  [['import', 'a', '--force'], '--force'],
  [['token', '--nothing'], '--nothing'],
  [['unused'], 'unused requires --since TIME'],
  [['unused', '90d'], 'unexpected argument 90d'],
  [['unused', '--since', '90d', '--url', 'ftp://host'], '--url takes the URL of a server'],
  [['unused', '--since', '90d'], 'give a token with APPLEDGER_TOKEN or --token'],
  [['ledger', 'nothing'], 'ledger has no "nothing"'],
  [['ledger', 'check', 'a', '--key', 'b', '--against', 'c'], '--against is no option of ledger check'],
  [['ledger', 'verify', '--out', 'a'], '--out is no option of ledger verify'],
  [['ledger', 'evidence', '1', '--key', 'a'], '--key is no option of ledger evidence'],
  [['secrets', 'list', '1'], 'give a token with APPLEDGER_TOKEN or --token'],
])('%j is wrong usage, and the message says why', (args, message) => {
  expect(run(args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(message) });
});

it('texts of others can neither control the terminal nor look like lines of their own', () => {
  const file = join(tempFolder(), 'evidence.json');
  const checkpoint = `evil\u001b[2J\n1\n${Buffer.alloc(32).toString('base64')}\n\n\u2014 evil ${Buffer.alloc(68).toString('base64')}\n`;
  const stream = 'x\nproven: 3 events of application-1 are among the first 3 of \u202eevil\u009b2J\u2028';
  const events = [{ index: 0, leaf: '{}', proof: [] }];
  writeFileSync(file, JSON.stringify({ format: 'appledger-evidence-v1', stream, key: '', checkpoint, events }));
  const key = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const { status, stdout } = run(['ledger', 'check', file, '--key', key]);
  expect([status, stdout]).toEqual([1, expect.not.stringMatching(/^proven/m)]);
  expect(stdout).toContain('x\\u{a}proven: 3 events');
  expect(stdout).not.toMatch(/[^\P{C}\n]|\p{Zl}/u);
  const { stderr } = run(['ledger', 'check', 'no\u001b[2J', '--key', key]);
  expect(stderr).toContain('no\\u{1b}[2J cannot be read');
});
