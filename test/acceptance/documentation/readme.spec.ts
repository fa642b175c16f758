import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

const root = resolve(import.meta.dirname, '../../..');
const readme = readFileSync(resolve(root, 'README.md'), 'utf8');
const ADDRESS = 'http://127.0.0.1:8080';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

/** The examples in a language, with this server's address in place of the default. */
function examples(language: string): readonly string[] {
  const blocks = readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return Array.from(blocks, ([, code = '']) => code.replaceAll(ADDRESS, appledger.server.url));
}

/** Runs a program in the repository, and answers what it printed. */
async function output(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout } = await promisify(execFile)(program, [...args], { cwd: root, env: { ...process.env, ...env } });
  return stdout.trim();
}

it('the calls of the README answer what it says, pasted as they stand', async () => {
  const [life = '', ...more] = examples('sh');
  expect(more).toEqual([]);
  const printed = await output('bash', ['-euo', 'pipefail', '-c', life], {
    APPLEDGER_DATA_DIR: appledger.server.dataDir,
    NODE_OPTIONS: '',
  });
  const [renamed, regenerated, list, changes, events] = printed.split('\n').map((line) => JSON.parse(line));
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
});

it("the README's example of ZITADEL's client registers a client by gRPC", async () => {
  const code = examples('js').find((one) => one.includes('createManagementServiceClient')) ?? '';
  const { development } = appledger;
  const token = await tokenWith(development, { IAM_OWNER: [development.organization] });
  const shown = 'console.log(JSON.stringify({ appId, clientSecret })); process.exit();';
  const printed = await output(process.execPath, ['--input-type=module', '-e', `${code}\n${shown}`], {
    TOKEN: token,
    PROJECT: development.project,
    NODE_OPTIONS: '',
  });
  const { appId, clientSecret } = JSON.parse(printed);
  expect((await appledger.getApp(appId)).body.app.name).toBe('Ledger');
  expect(clientSecret).toEqual(expect.any(String));
});
