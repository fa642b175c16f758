import { diff } from '../../../apps/cli/past/diff-command.js';
import { history } from '../../../apps/cli/past/history-command.js';
import { state } from '../../../apps/cli/past/state-command.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { type CliRun, appledger as run } from '../../support/cli.js';
import { cleanUp, onGateway } from '../../support/server.js';
import { tempFolder } from '../../support/temp-folder.js';
import { APPLEDGER_WEBHOOKS_KEY } from '../../support/webhooks-key.js';

const commands = { history, state, diff };

let appledger: Appledger;
let token: string;
let appId: string;
let removedId: string;
beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_WEBHOOKS_ALLOW_PRIVATE: 'true', APPLEDGER_WEBHOOKS_KEY } });
  const { development } = appledger;
  token = await tokenWith(development, { ORG_OWNER: [development.organization] });
  appId = (await appledger.createApp({ name: 'Billing' })).body.appId;
  const path = `/management/v1/projects/${development.project}/apps/${appId}`;
  await appledger.call(`PUT ${path}`, { body: { name: 'Invoices' }, headers: { 'x-appledger-reason': 'ticket 7' } });
  await appledger.app('POST', appId, '/_deactivate', {});
  removedId = (await appledger.createApp({ name: 'Removed' })).body.appId;
  await appledger.app('DELETE', removedId);
});
afterAll(cleanUp);

/** What a command prints when it asks the running server. */
async function asked(name: keyof typeof commands, ...args: readonly string[]): Promise<string> {
  const { lines } = await commands[name].run(
    [...args, '--url', appledger.server.url, '--token', token],
    () => undefined,
  );
  return lines.join('\n');
}

describe('appledger history, state and diff on a running server', () => {
  it('show who changed what, when and why', async () => {
    const [heading, ...lines] = (await asked('history', appId)).split('\n');
    const { user } = appledger.development;
    expect(heading).toMatch(/^time +sequence +change +editor +reason$/);
    expect(lines[0]).toMatch(new RegExp(`^20\\S+Z  4 +project.application.deactivated +${user}$`));
    expect(lines[1]).toBe('      state: "APP_STATE_ACTIVE" → "APP_STATE_INACTIVE"');
    expect(lines[2]).toMatch(new RegExp(`  3 +project.application.changed +${user} +"ticket 7"$`));
    expect(lines[3]).toBe('      name: "Billing" → "Invoices"');
    expect(lines.at(-1)).toMatch(/^ {4}\+ state: "APP_STATE_ACTIVE"$/);
    const limited = (await asked('history', appId, '--limit', '1', '--oldest-first')).split('\n');
    expect(limited[1]).toMatch(/ 1 +project.application.added /);
    expect(limited.at(-1)).toBe('3 more: see --limit');
  });

  it('show what it was, and what is different', async () => {
    const before = await asked('state', appId, '--at', 'sequence:2');
    expect(before).toMatch(/^sequence 2, position \d+, 20\S+Z\n/);
    expect(before).toMatch(/^name +"Billing"$/m);
    expect(before).toMatch(/^secrets +secretId "\d{18}", hint "\S{4}", state "SECRET_STATE_ACTIVE", /m);
    expect(await asked('state', removedId)).toMatch(/^it had been removed \(sequence 3, /);
    expect((await asked('diff', appId, '--from', 'sequence:2')).split('\n')).toEqual([
      'from sequence 2 to sequence 4',
      '  name: "Billing" → "Invoices"',
      '  state: "APP_STATE_ACTIVE" → "APP_STATE_INACTIVE"',
    ]);
    expect(await asked('diff', appId, '--from', 'sequence:4')).toContain('nothing differs');
    const { project } = appledger.development;
    expect(await asked('history', project, '--project')).toContain('project.added');
    expect(await asked('state', project, '--project')).toContain('PROJECT_STATE_ACTIVE');
    const added = { body: { url: 'https://127.0.0.1/hooks' } };
    const webhook = (await appledger.call('POST /appledger/v1/webhooks', added)).body.webhookId;
    expect(await asked('history', webhook, '--webhook')).toContain('webhook.added');
    expect(await asked('state', webhook, '--webhook')).toContain('WEBHOOK_STATE_ACTIVE');
    expect(await asked('diff', webhook, '--webhook', '--from', 'sequence:1')).toContain('nothing differs');
  });

  it('fail with the reason', async () => {
    await expect(asked('history', '1')).rejects.toThrow('QUERY-pCP8P');
    await expect(asked('state', appId, '--at', 'sequence:9')).rejects.toThrow('at: must be a sequence from 1 to 4');
    await expect(asked('diff', appId, '--from', '2200-01-01T00:00:00Z')).rejects.toThrow('from: must not be ahead');
  });

  it.each([
    ['history', ['1', '--limit', '0'], '--limit takes a number from 1'],
    ['history', ['1', '2'], 'unexpected argument 2'],
    ['diff', ['1'], 'diff requires --from POINT'],
    ['diff', ['1', '--from', ''], '--from takes a time such as'],
    ['diff', ['1', '--from', '1', '--to', '2026-02-30T00:00:00Z'], '--to takes a time such as'],
    ['state', ['1', '--at', 'yesterday'], '--at takes a time such as'],
    ['history', ['1', '--project', '--webhook'], '--project and --webhook exclude each other'],
    ['state', ['1', '--since', 'x'], "Unknown option '--since'"],
  ] as const)('%s says what is wrong with %j', async (name, args, text) => {
    await expect(asked(name, ...args)).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining(text),
    });
  });
});

describe('appledger history, state and diff without a token', () => {
  let expected: readonly unknown[];
  beforeAll(async () => {
    expected = [
      JSON.parse(await asked('history', appId, '--json')),
      JSON.parse(await asked('state', appId, '--at', 'sequence:2', '--json')),
      JSON.parse(await asked('diff', appId, '--from', 'sequence:2', '--json')),
    ];
  });

  const parsed = ({ code, stdout, stderr }: CliRun) => {
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };
  /** What the three commands answer on stores, without a server's URL. */
  const answersOn = async (env: Readonly<Record<string, string>>) => {
    const lines = [
      ['history', appId],
      ['state', appId, '--at', 'sequence:2'],
      ['diff', appId, '--from', 'sequence:2'],
    ];
    return (await Promise.all(lines.map((line) => run([...line, '--json'], env)))).map(parsed);
  };
  /** The stores of the server. */
  const stores = async () => ({
    APPLEDGER_DATA_DIR: appledger.server.dataDir,
    ...(onGateway && { APPLEDGER_EVENTSTORE_URL: await appledger.server.eventsUrl() }),
  });

  it('answer the same from the data folder while a server is using it', async () => {
    expect(await answersOn(await stores())).toEqual(expected);
  });

  it('answer the same from EventStoreDB', async () => {
    const url = await appledger.server.eventsUrl();
    const env = { APPLEDGER_EVENTSTORE_URL: url, APPLEDGER_DATA_DIR: tempFolder() };
    expect(parsed(await run(['history', appId, '--json'], env))).toEqual(expected[0]);
  });

  it('say what there is not', async () => {
    const [missing, nowhere] = await Promise.all([
      run(['history', '1'], await stores()),
      run(['history', appId], { APPLEDGER_DATA_DIR: tempFolder() }),
    ]);
    expect([missing.code, missing.stderr]).toEqual([1, "Application doesn't exist (QUERY-pCP8P)\n"]);
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('there is no event store in')]);
  });

  it('answer the same from the data folder of a server that has stopped', async () => {
    await appledger.server.stop();
    const answer = await run(['state', appId, '--at', 'sequence:2', '--json'], await stores());
    expect(parsed(answer)).toEqual(expected[1]);
  });
});
