import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startAppledger } from '../support/appledger.js';
import { builtProgram } from '../support/built-program.js';
import { cleanUp, ServerFailed, startServer } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

afterAll(cleanUp);

it('a second start on the same data finds everything and adds nothing', async () => {
  const first = await startAppledger();
  const created = await first.createApp({ name: 'Portal' });
  const project = await first.call(`GET /management/v1/projects/${first.development.project}`);
  await first.server.stop();

  const second = await startAppledger({ dataDir: first.server.dataDir });
  expect(second.development).toMatchObject({ project: first.development.project, kid: first.development.kid });
  expect((await second.getApp(created.body.appId)).body.app.details).toEqual(created.body.details);
  expect((await second.call(`GET /management/v1/projects/${first.development.project}`)).body).toEqual(project.body);
});

it('the call that the first start prints can be pasted and creates a client', async () => {
  const { server } = await startAppledger();
  const output = await server.outputWith(/Stop with Ctrl\+C/);
  const pasted = output.split('\n\n').find((paragraph) => paragraph.startsWith('curl ')) ?? '';
  const answer = JSON.parse(
    execFileSync('bash', ['-c', pasted], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  expect(answer).toMatchObject({
    appId: expect.any(String),
    clientSecret: expect.any(String),
    details: { sequence: '2' },
  });
});

const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;

it('no token is printed to a pipe: the printed call gets one by a command', async () => {
  const { server, call, appsPath } = await startAppledger({ dataDir: join(tempFolder(), "it's here") });
  const output = await server.outputWith(/Stop with Ctrl\+C/);
  expect(output).not.toMatch(TOKEN);
  const command = output.split('\n\n').find((paragraph) => paragraph.startsWith('APPLEDGER_DATA_DIR=')) ?? '';
  const token = execFileSync('bash', ['-c', command], { cwd: '/', encoding: 'utf8' }).trim();
  expect(token).toMatch(TOKEN);
  expect((await call(appsPath('POST'), { token, body: { name: 'By the command' } })).status).toBe(200);
});

const hasTerminals = spawnSync('script', ['--version']).status === 0; // util-linux
(hasTerminals ? it : it.skip)('a token is printed to a terminal', async () => {
  const terminal = spawn(
    'script',
    ['--quiet', '--command', `exec ${process.execPath} ${builtProgram('api')}`, '/dev/null'],
    {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        APPLEDGER_PORT: '0',
        APPLEDGER_GATEWAY_PORT: '0',
        APPLEDGER_DATA_DIR: tempFolder(),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let shown = '';
  for await (const chunk of terminal.stdout) {
    shown += chunk;
    if (shown.includes('Ctrl+C')) terminal.kill(); // The program gets a hangup with it.
  }
  expect(shown).toMatch(/Authorization: Bearer eyJ/);
});

it('a second process on the same data folder is refused and changes nothing', async () => {
  const first = await startAppledger();
  const second = startServer({ dataDir: first.server.dataDir });
  await expect(second).rejects.toThrow(ServerFailed);
  await expect(second).rejects.toThrow(/APPLEDGER_DATA_DIR.*another process/);
  await expect(second).rejects.not.toThrow(/\n\s+at /); // no stack trace: this is an answer, not an accident
  expect((await first.createApp({ name: 'Unharmed' })).status).toBe(200);
});

it('a port in use is reported with a clear error', async () => {
  const first = await startServer();
  const port = new URL(first.url).port;
  await expect(startServer({ env: { APPLEDGER_PORT: port } })).rejects.toThrow(/APPLEDGER_PORT.*in use/);
});

it('an invalid configuration is refused before anything is changed', async () => {
  await expect(startServer({ env: { APPLEDGER_PORT: 'eighty' } })).rejects.toThrow(
    'APPLEDGER_PORT takes a port from 0 to 65535 (got "eighty")',
  );
  await expect(startServer({ env: { APPLEDGER_HOST: '0.0.0.0' } })).rejects.toThrow('APPLEDGER_ALLOW_REMOTE');
});
