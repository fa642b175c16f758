import { secrets as command } from '../../../apps/cli/calls/secrets-command.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { appledger as runProgram } from '../../support/cli.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
let token: string;
beforeAll(async () => {
  appledger = await startAppledger();
  const { development } = appledger;
  token = await tokenWith(development, { ORG_OWNER: [development.organization] });
});
afterAll(cleanUp);

const run = (args: readonly string[], url = appledger.server.url, bearer = token) =>
  command.run([...args, '--url', url, '--token', bearer], () => undefined);
/** What `appledger secrets` prints. */
const secrets = async (...args: readonly string[]) => (await run(args)).lines.join('\n');
const listed = async (appId: string) => JSON.parse(await secrets('list', appId, '--json')).result;
const created = async (name: string) => (await appledger.createApp({ name })).body;

describe('appledger secrets', () => {
  it('adds, lists, disables, enables and removes a secret', async () => {
    const { appId, clientId, clientSecret } = await created('Manages');
    const added = await secrets('add', appId, '--name', 'CI 2027', '--expires', '90d');
    expect(added).toMatch(new RegExp(`^secret \\d{18} of client ${clientId}:\n[\\w-]{43}$`));
    const [client, heading, ...rows] = (await secrets('list', appId)).split('\n');
    expect(client).toBe(`client ${clientId}`);
    expect(heading).toMatch(/^secret +state +ends in +created +expires +last used +name$/);
    expect(rows[0]).toMatch(new RegExp(`^\\d{18}  active  …${clientSecret.slice(-4)} `));
    expect(rows[1]).toMatch(new RegExp(`^\\d{18}  active  …${added.slice(-4)} .*Z .*Z .*"CI 2027"$`));
    expect(await secrets('disable', appId, 'CI 2027')).toMatch(/^secret \d{18} is disabled$/);
    expect(await secrets('list', appId)).toMatch(/ disabled .*"CI 2027"/);
    expect(await secrets('enable', appId, 'CI 2027')).toMatch(/is enabled/);
    expect(await secrets('remove', appId, 'CI 2027', '--force')).toMatch(/is removed/);
    expect(await listed(appId)).toHaveLength(1);
  });

  it('rotates the secret, with an overlap and without', async () => {
    const { appId } = await created('Rotates');
    const rotated = await secrets('rotate', appId, '--overlap', '24h');
    expect(rotated).toMatch(/^the new secret; the others end in 24h:\n[\w-]{43}$/);
    expect(await listed(appId)).toMatchObject([{ state: 'SECRET_STATE_REPLACED' }, { state: 'SECRET_STATE_ACTIVE' }]);
    const { clientSecret } = JSON.parse(await secrets('rotate', appId, '--json'));
    expect(await listed(appId)).toMatchObject([{ state: 'SECRET_STATE_ACTIVE', hint: clientSecret.slice(-4) }]);
  });

  it('fails with the reason when the server refuses or cannot be reached', async () => {
    const { appId } = await created('Refuses');
    await expect(secrets('remove', appId, '100000000000000000')).rejects.toThrow('Secret not found (SECRET-w3Lq7)');
    await expect(secrets('remove', appId, 'no such name')).rejects.toThrow('has no secret "no such name"');
    await expect(secrets('rotate', appId, '--overlap', '91d')).rejects.toThrow('x-appledger-overlap');
    await expect(secrets('list', '1')).rejects.toThrow('SECRET-3qLt8');
    await expect(run(['list', appId], appledger.server.url, 'wrong')).rejects.toThrow('AUTH-7fs1e');
    await expect(run(['list', appId], 'http://127.0.0.1:1')).rejects.toThrow('http://127.0.0.1:1 cannot be reached');
  });

  it.each([
    [['show', '1'], 'unknown operation "show"'],
    [['constructor', '1'], 'unknown operation "constructor"'],
    [['list'], 'secrets list requires the id of an application'],
    [['list', '1', '2'], 'unexpected argument 2'],
    [['list', '1', '--force'], '--force is no option of secrets list'],
    [['remove', '1'], 'secrets remove requires the id or the name of a secret'],
    [['add', '1'], 'secrets add requires --name'],
    [['add', '1', '--name', 'n', '--expires', 'soon'], '--expires takes a duration'],
    [['rotate', '1', '--overlap', '1w'], '--overlap takes a duration'],
  ])('refuses the arguments %j, and says why', async (args, message) => {
    await expect(run(args)).rejects.toThrow(message);
  });

  it('takes a token of the development issuer, and exits with 1 when the server refuses', async () => {
    const { dataDir, url } = appledger.server;
    const outcome = await runProgram(['secrets', 'list', '1', '--url', url], { APPLEDGER_DATA_DIR: dataDir });
    expect(outcome).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining('SECRET-3qLt8') });
  });
});
