import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { builtProgram } from '../../support/built-program.js';
import { appledger as cli } from '../../support/cli.js';
import { cleanUp, onGateway } from '../../support/server.js';
import { until } from '../../support/until.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const ADDED = 'project.application.added';

let appledger: Appledger;
let env: Record<string, string>;
beforeAll(async () => {
  appledger = await startAppledger();
  env = { APPLEDGER_URL: appledger.server.url, APPLEDGER_DATA_DIR: appledger.server.dataDir };
});
afterAll(cleanUp);

const create = async (name: string): Promise<string> => (await appledger.createApp({ name })).body.appId;
const jsonLines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('appledger events', () => {
  it('prints a table for people, without characters that control a terminal', async () => {
    const appId = await create('\u009b31m');
    const { code, stdout, stderr } = await cli(['events', '--application', appId, '--types', ADDED], env);
    const [heading, row, ...more] = stdout.trimEnd().split('\n');
    expect(heading).toMatch(/^time +type +subject +by +data$/);
    expect(row).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\S+Z  ${ADDED} +${appId}  \\S+ +\\{"appId":"${appId}"`));
    expect(row).toMatch(/"name":"\\u\{9b\}31m"\}$/);
    expect([code, more]).toEqual([0, []]);
    expect(stderr).toMatch(/^to continue: --after [\w-]{23}\n$/);
  });

  it('prints, as lines of JSON, events that satisfy docs/event-schemas.json, and continues after the cursor', async () => {
    for (let index = 0; index < 3; index += 1) await create(`Printed ${index}`);
    const all = jsonLines((await cli(['events', '--json'], env)).stdout);
    const schema = JSON.parse(readFileSync(resolve(ROOT, 'docs/event-schemas.json'), 'utf8'));
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    for (const event of all) expect([event.type, validate(event), validate.errors]).toEqual([event.type, true, null]);
    expect(validate({ ...all[0], data: { ...all[0].data, name: 1 } })).toBe(false);
    const begin = await cli(['events', '--json', '--limit', '2'], env);
    const [, cursor = ''] = /--after (\S+)/.exec(begin.stderr) ?? [];
    const rest = await cli(['events', '--json', '--after', cursor], env);
    expect([...jsonLines(begin.stdout), ...jsonLines(rest.stdout)]).toEqual(all);
  });

  it('reads the store that a server is using without its URL and a token, and continues with cursors of the server', async () => {
    const appId = await create('Read from the store');
    const ofStore = {
      APPLEDGER_DATA_DIR: appledger.server.dataDir,
      ...(onGateway && { APPLEDGER_EVENTSTORE_URL: await appledger.server.eventsUrl() }),
    };
    const words = ['events', '--json', '--application', appId];
    const [fromServer, fromStore] = [await cli(words, env), await cli(words, ofStore)];
    const withoutUrl = (events: readonly object[]) => events.map((event) => ({ ...event, dataschema: undefined }));
    expect(withoutUrl(jsonLines(fromStore.stdout))).toEqual(withoutUrl(jsonLines(fromServer.stdout)));
    expect(jsonLines(fromStore.stdout)).toHaveLength(2);
    const cursorOf = (text: string) => /--after (\S+)/.exec(text)?.[1];
    expect(cursorOf(fromStore.stderr)).toBe(cursorOf(fromServer.stderr));
    const wrong = await cli(['events', '--after', 'x'], ofStore);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/cursor that the feed has answered/)]);
    const withToken = await cli(['events', '--token', 'x'], ofStore);
    expect([withToken.code, withToken.stderr]).toEqual([2, expect.stringContaining('--token is of use with --url')]);
  });

  it.each([
    [['--limit', '0'], 2, /--limit takes a whole number/],
    [['--after', 'x'], 1, /refuses the call \(3\).*cursor/],
    [['--follow', '--token', 'x'], 1, /refuses the call \(16\).*AUTH-7fs1e.*: it is no JWT.* give another one/],
    [['--follow', '--url', 'http://127.0.0.1:1'], 1, /cannot be reached/],
  ])('ends with an error for %j', async (args, code, message) => {
    const run = await cli(['events', '--json', ...args], env);
    expect([run.code, run.stdout, run.stderr]).toEqual([code, '', expect.stringMatching(message)]);
  });

  it('ends when nobody reads its output', async () => {
    const script = `"$0" "$1" events --follow --json | head -n 1 | wc -l; echo "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', script, process.execPath, builtProgram('appledger')], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    const closed = once(child, 'close');
    for (let index = 0; child.exitCode === null; index += 1) {
      await create(`Written to nobody ${index}`);
      await delay(100);
    }
    await closed;
    expect(output).toBe('1\n141\n');
  });

  it('follows through a restart of the server without a loss and a repetition, and says how to go on', async () => {
    const args = ['events', '--follow', '--after', 'now', '--types', ADDED, '--json'];
    const [child, output] = begin(args);
    const created: string[] = [];
    while (output.stdout === '') {
      created.push(await create(`While it begins ${created.length}`));
      await delay(100);
    }
    const seen = () => jsonLines(output.stdout).map(({ subject }) => subject);
    created.push(await create('Before the restart'));
    const { dataDir, url } = appledger.server;
    await appledger.server.stop('SIGKILL');
    await until(() => output.stderr.includes('connecting again'));
    appledger = await startAppledger({ dataDir, env: { APPLEDGER_PORT: new URL(url).port } });
    created.push(await create('After the restart'));
    await until(() => seen().includes(created.at(-1)));
    expect(seen()).toEqual(created.slice(-seen().length));
    child.kill('SIGINT');
    expect((await once(child, 'close'))[0]).toBe(130);
    const [, cursor = ''] = /to continue: --after (\S+)\n$/.exec(output.stderr) ?? [];
    const next = await create('After the interruption');
    const rest = await cli(['events', '--json', '--types', ADDED, '--after', cursor], env);
    expect(jsonLines(rest.stdout).map(({ subject }) => subject)).toEqual([next]);
  });

  /** Starts the command. What it prints is added to the output. */
  function begin(args: readonly string[]): [ChildProcess, { stdout: string; stderr: string }] {
    const child = spawn(process.execPath, [builtProgram('appledger'), ...args], {
      env: { PATH: process.env.PATH, ...env },
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk) => {
        output[stream] += chunk;
      });
    }
    return [child, output];
  }
});
