import { webhooks as command } from '../../../apps/cli/webhooks/webhooks-command.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';
import { APPLEDGER_WEBHOOKS_KEY } from '../../support/webhooks-key.js';

const TO = 'http://127.0.0.1:9/hooks';

let appledger: Appledger;
let token: string;
beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_WEBHOOKS_ALLOW_PRIVATE: 'true', APPLEDGER_WEBHOOKS_KEY } });
  const { development } = appledger;
  token = await tokenWith(development, { ORG_OWNER: [development.organization] });
});
afterAll(cleanUp);

const run = (...args: readonly string[]) =>
  command.run([...args, '--url', appledger.server.url, '--token', token], () => undefined);
/** What `appledger webhooks` prints. */
const webhooks = async (...args: readonly string[]) => (await run(...args)).lines.join('\n');

describe('appledger webhooks', () => {
  it('adds, lists, shows, changes, pauses, resumes and removes a webhook, and rotates its secret', async () => {
    const { organization, project } = appledger.development;
    expect(await webhooks('list')).toBe('there is no webhook');
    const added = await webhooks(
      'add',
      TO,
      '--type',
      'project.added',
      '--type',
      'project.removed',
      '--from',
      'beginning',
    );
    const [, id = ''] = /^webhook (\d{18}); its secret:\nwhsec_[\w+/]{43}=$/.exec(added) ?? [];
    expect(await webhooks('list')).toMatch(
      new RegExp(`^webhook +state +events of +url\n${id}  active  organization ${organization}  ${TO}$`),
    );
    expect(await webhooks('show', id)).toMatch(/\ntypes +project.added, project.removed\nfrom +beginning\n/);
    expect(await webhooks('update', id, '--to', `${TO}/2`)).toBe(`webhook ${id} is changed`);
    expect(await webhooks('update', id, '--all-types')).toBe(`webhook ${id} is changed`);
    expect(await webhooks('show', id)).toMatch(/\nurl +http:.*\/2\nstate +active\n.*\ntypes +all\n/);
    expect(await webhooks('pause', id)).toBe(`webhook ${id} is paused`);
    expect(await webhooks('show', id)).toMatch(/\nstate +paused \(requested\) since 20.*Z\n/);
    expect(await webhooks('resume', id)).toBe(`webhook ${id} is resumed`);
    expect(await webhooks('rotate-secret', id, '--overlap', '24h')).toMatch(
      /^the new secret; the former ones end in 24h:\nwhsec_[\w+/]{43}=$/,
    );
    expect(await webhooks('rotate-secret', id)).toMatch(/^the new secret; the former ones have ended:\nwhsec_/);
    expect(await webhooks('remove', id)).toBe(`webhook ${id} is removed`);
    expect(JSON.parse(await webhooks('list', '--json')).result ?? []).toEqual([]);
    const { webhookId } = JSON.parse(await webhooks('add', TO, '--project', project, '--json'));
    expect(await webhooks('list')).toContain(`${webhookId}  active  project ${project}`);
  });

  it('fails with the reason when the server refuses', async () => {
    await expect(webhooks('show', '1')).rejects.toThrow("Webhook doesn't exist (WEBHOOK-Nf4kd)");
    await expect(webhooks('add', 'ftp://127.0.0.1')).rejects.toThrow('it must begin with https:// (WEBHOOK-Ur6lf)');
    await expect(webhooks('add', TO, '--all-organizations')).rejects.toThrow('AUTH-5mWD2');
  });

  it.each([
    [['delete', '1'], 'unknown operation "delete"'],
    [['constructor'], 'unknown operation "constructor"'],
    [['list', '1'], 'unexpected argument 1'],
    [['add'], 'webhooks add requires the URL'],
    [['pause'], 'webhooks pause requires the id of a webhook'],
    [['pause', '1', '--from', 'now'], '--from is no option of webhooks pause'],
    [['update', '1'], 'webhooks update requires --to, --type or --all-types'],
    [['update', '1', '--type', 'a', '--all-types'], 'contradict'],
    [['rotate-secret', '1', '--overlap', '1w'], '--overlap takes a whole number and a unit'],
  ])('refuses the arguments %j, and says why', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });
});
