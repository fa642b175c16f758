import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createLocalJWKSet, exportJWK, importSPKI, jwtVerify } from 'jose';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { pythonPackages } from '../../support/python.js';
import { cleanUp, onGateway } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';

const root = resolve(import.meta.dirname, '../../..');
const readme = readFileSync(resolve(root, 'README.md'), 'utf8');
const ADDRESS = 'http://127.0.0.1:8080';
const EVENTS_ADDRESS = '127.0.0.1:2113';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

/** The examples in a language, with the address of this test's server. */
function examples(language: string): readonly string[] {
  const blocks = readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return Array.from(blocks, ([, code = '']) => code.replaceAll(ADDRESS, appledger.server.url));
}

/** Writes the example whose first line names this file into a folder where Node finds the packages. Returns its path. */
async function exampleFile(language: string, name: string): Promise<string> {
  const code = examples(language).find((one) => one.split('\n', 1)[0]?.endsWith(` ${name}`));
  if (code === undefined) throw new Error(`the README has no ${name}`);
  const folder = tempFolder();
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const events = new URL((await appledger.server.eventsUrl()).replace(/^\w+:/, 'http:')).host;
  writeFileSync(join(folder, name), code.replaceAll(EVENTS_ADDRESS, events));
  return join(folder, name);
}

/** Runs a program in the repository. Returns its output. */
async function output(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr } = await promisify(execFile)(program, [...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  return { stdout: stdout.trim(), stderr };
}

/** Unix second of the last paste. The names in the README contain the second, so the next paste waits for another one. */
let lastPaste = 0;

/** Runs every `sh` example of the README in one shell. Returns the answers, other lines, and the variables that they set. */
async function pasteCalls() {
  while (Math.floor(Date.now() / 1_000) === lastPaste) await setTimeout(50);
  const printVariables = 'echo "$TOKEN $PROJECT $KEYED $KEY_FILE"';
  const env = { APPLEDGER_DATA_DIR: appledger.server.dataDir };
  const { stdout, stderr } = await output('bash', ['-c', [...examples('sh'), printVariables].join('\n')], env);
  lastPaste = Math.floor(Date.now() / 1_000);
  expect(stderr).toBe('');
  const lines = stdout.split('\n');
  const [TOKEN = '', PROJECT = '', KEYED = '', KEY_FILE = ''] = lines.pop()?.split(' ') ?? [];
  const answers = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const texts = lines.filter((line) => !line.startsWith('{'));
  return { answers, texts, set: { TOKEN, PROJECT, KEYED, KEY_FILE } };
}

describe('the README', () => {
  it('contains calls that answer as described, and can be pasted twice', async () => {
    for (let times = 0; times < 2; times += 1) {
      const { answers, texts } = await pasteCalls();
      expect(texts.at(-1)).toMatch(/^proven: 6 events of application-\d+ are among the first \d+ of /);
      const [renamed, regenerated, list, changes, events, ...others] = answers;
      const [history, changed, then, difference, keys, rotated, secrets, elsewhere] = others;
      expect(renamed.details.sequence).toBe('3');
      expect(regenerated).toMatchObject({ clientSecret: expect.any(String), details: { sequence: '4' } });
      expect(list.result).toMatchObject([{ name: 'Invoices' }]);
      expect(changes.result).toHaveLength(4);
      expect(events.events.map(({ type }: { type: { type: string } }) => type.type)).toEqual([
        'project.application.added',
        'project.application.config.api.added',
        'project.application.changed',
        'project.application.config.api.secret.changed',
      ]);
      const fields = [{ field: 'name', before: 'Invoices', after: 'Receipts' }];
      expect(history.result).toMatchObject([{ reason: 'ticket 4711, the department was renamed', fields }]);
      expect(changed.details.sequence).toBe('6');
      expect(then.app).toMatchObject({ name: 'Receipts', details: { sequence: '5' } });
      expect(difference.diff.fields).toEqual([{ field: 'name', before: 'Receipts', after: 'Bills' }]);
      expect(keys.result).toMatchObject([{ type: 'KEY_TYPE_JSON' }]);
      expect(rotated).toMatchObject({ clientSecret: expect.any(String), details: { sequence: '7' } });
      expect(secrets.result).toHaveLength(2);
      expect(elsewhere.details.resourceOwner).toBe('228204398345889999');
    }
  });

  it('prints in one line that a name is taken, and stops', async () => {
    const [life = ''] = examples('sh');
    const taken = life.replace(/^SHOP=.*$/m, 'SHOP="My first project"');
    const run = execFileAnyway('bash', ['-c', taken], { APPLEDGER_DATA_DIR: appledger.server.dataDir });
    expect(await run).toEqual({ stdout: '', stderr: 'Project already exists on organization (COMMAND-opamwu)\n' });
  });

  it('contains a client that signs an assertion, which the public key verifies', async () => {
    const { set } = await pasteCalls();
    const { stdout } = await output(process.execPath, [await exampleFile('js', 'assertion.mjs')], set);
    const { body } = await appledger.call('POST /admin/v1/events/_search', { body: { aggregateId: set.KEYED } });
    const { payload } = body.events.find(
      ({ type }: { type: { type: string } }) => type.type === 'project.application.oidc.key.added',
    );
    const pem = Buffer.from(payload.publicKey, 'base64').toString('latin1');
    const spki = pem.includes('BEGIN') ? pem : payload.publicKey;
    const jwk = { ...(await exportJWK(await importSPKI(spki, 'RS256', { extractable: true }))), kid: payload.keyId };
    const verified = await jwtVerify(stdout, createLocalJWKSet({ keys: [jwk] }), { audience: appledger.server.url });
    const { clientId } = JSON.parse(readFileSync(set.KEY_FILE, 'utf8'));
    expect([verified.payload.iss, verified.payload.sub]).toEqual([clientId, clientId]);
  });

  it('contains a verifier that accepts the assertion, and refuses it after the key was removed', async () => {
    const { set } = await pasteCalls();
    const assertion = await exampleFile('js', 'assertion.mjs');
    const verifier = await exampleFile('js', 'verify.mjs');
    const [line = ''] = examples('console').filter((example) => example.includes('verify.mjs'));
    const verify = () =>
      execFileAnyway('bash', ['-c', line.replace('assertion.mjs', assertion).replace('verify.mjs', verifier)], set);
    const { clientId, keyId } = JSON.parse(readFileSync(set.KEY_FILE, 'utf8'));
    const accepted = await verify();
    expect(accepted.stderr).toBe('');
    expect(accepted.stdout).toContain(`iss: '${clientId}'`);
    const key = `/management/v1/projects/${set.PROJECT}/apps/${set.KEYED}/keys/${keyId}`;
    expect((await appledger.call(`DELETE ${key}`)).status).toBe(200);
    const refused = await verify();
    expect(refused.stderr).toContain(`The client has no key ${keyId}`);
    expect(refused.stdout).toBe('');
  });

  it('contains a call in the quick start that answers the two events of a new client', async () => {
    const { appId } = (await appledger.createApp({ name: 'Quick start' })).body;
    const [history = ''] = examples('console').filter((example) => example.includes('APP_ID'));
    const env = { APPLEDGER_DATA_DIR: appledger.server.dataDir };
    const { stdout, stderr } = await output('bash', ['-c', history.replace('APP_ID', appId)], env);
    const { events } = JSON.parse(stdout);
    const [documented] = examples('json').flatMap((example) => JSON.parse(example).events ?? []);
    expect(stderr).toBe('');
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ sequence: documented.sequence, type: documented.type });
    expect(Object.keys(events[0].payload)).toEqual(expect.arrayContaining(Object.keys(documented.payload)));
  });

  it("contains a program with ZITADEL's client that registers a client over gRPC, each time it is run", async () => {
    const { set } = await pasteCalls();
    const file = await exampleFile('js', 'ledger.mjs');
    for (let times = 0; times < 2; times += 1) {
      const { stdout } = await output(process.execPath, [file], set);
      const [, appId = ''] = /appId: '(\d{18})'/.exec(stdout) ?? [];
      expect(stdout).toMatch(/clientSecret: '\S{43}'/);
      const { body } = await appledger.call(`GET /management/v1/projects/${set.PROJECT}/apps/${appId}`);
      expect(body.app.name).toMatch(/^Ledger of /);
    }
  });
});

/** Runs a program that may fail. Returns its output. */
async function execFileAnyway(program: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const { stdout, stderr } = await output(program, args, env).catch((error) => error);
  return { stdout: stdout.trim(), stderr };
}

/** Starts a subscriber of the README in the folder of its file, and reads the lines that it prints. */
function follow(program: string, file: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(program, [file], {
    cwd: resolve(file, '..'),
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const added = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const complained = once(createInterface({ input: child.stderr }), 'line').then(([line]) => String(line));
  return {
    child,
    /** The id in the next line that it prints. */
    next: async () => JSON.parse((await added.next()).value).appId as string,
    /** The first line that it writes to standard error. */
    complained,
  };
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

interface Subscriber {
  readonly language: string;
  readonly name: string;
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

const python = pythonPackages('kurrentdbclient==1.3.5');
const subscribers: readonly Subscriber[] = [
  { language: 'js', name: 'subscriber.mjs', program: process.execPath, env: {} },
  ...('folder' in python
    ? [{ language: 'python', name: 'subscriber.py', program: 'python3', env: { PYTHONPATH: python.folder } }]
    : []),
];
if ('missing' in python) it.skip(`subscriber.py of the README: ${python.missing}`, () => {});

describe.each(subscribers)('the README: $name', ({ language, name, program, env }) => {
  it('continues after the last processed event when it is restarted', async () => {
    const file = await exampleFile(language, name);
    const create = async (app: string) => (await appledger.createApp({ name: `${app} for ${name}` })).body.appId;
    const one = await create('One');
    const first = follow(program, file, env);
    while ((await first.next()) !== one);
    await kill(first.child);
    const two = await create('Two');
    const second = follow(program, file, env);
    const next = await second.next(); // the event in process when it was killed is delivered again
    expect(next === one ? await second.next() : next).toBe(two);
    const three = await create('Three');
    expect(await second.next()).toBe(three);
    await kill(second.child);
  });
});

/** Skipped on the gateway project, where the events are in another process and the server's restart does not affect them. */
(onGateway ? describe.skip : describe).each(subscribers)('the README: $name', ({ language, name, program, env }) => {
  it('waits for a server that is restarted, and continues', async () => {
    const { port } = new URL((await appledger.server.eventsUrl()).replace(/^\w+:/, 'http:'));
    const file = await exampleFile(language, name);
    const before = (await appledger.createApp({ name: `Before ${name}` })).body.appId;
    const subscriber = follow(program, file, env);
    while ((await subscriber.next()) !== before);
    await appledger.server.stop();
    expect(await subscriber.complained).toMatch(/^The events cannot be read .+: trying again in a second$/);
    appledger = await startAppledger({ dataDir: appledger.server.dataDir, env: { APPLEDGER_GATEWAY_PORT: port } });
    const after = (await appledger.createApp({ name: `After ${name}` })).body.appId;
    expect(await subscriber.next()).toBe(after);
    await kill(subscriber.child);
  });
});
