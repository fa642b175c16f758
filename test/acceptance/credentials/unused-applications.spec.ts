import { join } from 'node:path';
import { openEmbeddedLatestTimes } from '#libs/engine/documents/embedded/embedded-latest-times.js';
import type { NotedTime } from '#libs/engine/documents/port/latest-times.js';
import { type Answer, tokenWith } from '../../support/api.js';
import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { appledger as run } from '../../support/cli.js';
import { cleanUp } from '../../support/server.js';
import { silentLog } from '../../support/silent-log.js';
import { tempFolder } from '../../support/temp-folder.js';

const HOUR = 3_600_000;
const PATH = 'GET /appledger/v1/applications:unused';

let server: Appledger;
let dataDir: string;
const ids: Record<string, string> = {};

afterAll(cleanUp);

const unused = (query: string, options = {}): Promise<Answer> => server.call(`${PATH}?${query}`, options);
const usages = ({ body }: Answer): Record<string, string> =>
  Object.fromEntries(body.result.map((one: { name: string; usage: string }) => [one.name, one.usage]));

/** Starts a server on the data folder of another one, with times that are noted while no server runs. */
async function restarted(...times: readonly NotedTime[]): Promise<void> {
  await server.server.stop();
  const store = openEmbeddedLatestTimes(join(dataDir, 'credential-times'), { readOnly: false, log: silentLog });
  await store.note(times);
  await store.close();
  server = await startAppledger({ dataDir });
  await ready(server.call);
}

beforeAll(async () => {
  server = await startAppledger();
  dataDir = server.server.dataDir;
  for (const name of ['Never', 'Yesterday', 'Now']) ids[name] = (await server.createApp({ name })).body.appId;
  const project = (await server.call('POST /management/v1/projects', { body: { name: 'Removed' } })).body.id;
  await server.createApp({ name: 'Gone' }, project);
  await server.call(`DELETE /management/v1/projects/${project}`);
  await restarted(
    { group: ids.Yesterday ?? '', key: '1', time: Date.now() - 24 * HOUR },
    { group: ids.Now ?? '', key: '2', time: Date.now() },
  );
});

describe('the applications that have not been used', () => {
  it('are those without a use since a time, each with what is known of it', async () => {
    const answer = await unused('since=12h');
    expect(answer).toMatchObject({ status: 200, body: { details: { totalResult: '2' } } });
    expect(usages(answer)).toEqual({ Never: 'USAGE_NEVER', Yesterday: 'USAGE_NOT_SINCE' });
    const { result, since, countingBegan } = answer.body;
    expect(Date.parse(since)).toBeLessThan(Date.now() - 11 * HOUR);
    expect(Date.parse(countingBegan)).toBeLessThan(Date.parse(result[0].creationDate));
    expect(result.find(({ name }: { name: string }) => name === 'Yesterday')).toMatchObject({
      applicationId: ids.Yesterday,
      projectId: server.development.project,
      clientId: expect.stringMatching(/^\d+$/),
      lastUsed: expect.stringMatching(/^20/),
    });
  });

  it('are fewer for an earlier time, given as a duration or as a time', async () => {
    expect(usages(await unused('since=2d'))).toEqual({ Never: 'USAGE_NEVER' });
    const time = encodeURIComponent(new Date(Date.now() - 48 * HOUR).toISOString());
    expect(usages(await unused(`since=${time}`))).toEqual({ Never: 'USAGE_NEVER' });
  });

  it('come in pages, the newest first or last', async () => {
    const first = await unused('since=12h&query.limit=1');
    expect(first.body.result).toMatchObject([{ name: 'Yesterday' }]);
    expect(first.body.details.totalResult).toBe('2');
    expect((await unused('since=12h&query.limit=1&query.offset=1')).body.result).toMatchObject([{ name: 'Never' }]);
    expect((await unused('since=12h&query.asc=true')).body.result[0]).toMatchObject({ name: 'Never' });
    expect((await unused('since=12h&query.offset=7')).body.result ?? []).toEqual([]);
  });

  it('are those of one project where one is named', async () => {
    expect(usages(await unused(`since=12h&projectId=${server.development.project}`))).toEqual({
      Never: 'USAGE_NEVER',
      Yesterday: 'USAGE_NOT_SINCE',
    });
    expect((await unused('since=12h&projectId=228204399198372864')).body.result ?? []).toEqual([]);
  });

  it('are those of the own organization', async () => {
    const other = await tokenWith(
      server.development,
      { IAM_OWNER: ['other'] },
      {
        'urn:zitadel:iam:user:resourceowner:id': 'other',
      },
    );
    expect((await unused('since=12h', { token: other })).body.result ?? []).toEqual([]);
  });

  it.each([
    '',
    'since=',
    'since=90',
    'since=-1d',
    'since=tomorrow',
    'since=2999-01-01T00:00:00Z',
    `since=${'9'.repeat(70)}d`,
  ])('cannot be asked for with %s', async (query) => {
    const answer = await unused(query);
    expect(answer).toMatchObject({ status: 400, body: { code: 3 } });
    expect(answer.body.message).toMatch(/^since: must be /);
  });

  it('are no longer those whose secret has authenticated their client', async () => {
    const { appId, clientId, clientSecret } = (await server.createApp({ name: 'Introspects' })).body;
    expect(usages(await unused('since=12h'))).toMatchObject({ Introspects: 'USAGE_NEVER' });
    const introspected = await fetch(`${server.server.url}/oauth/v2/introspect`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ token: 'unknown' }),
    });
    expect(introspected.status).toBe(200);
    expect(usages(await unused('since=12h'))).not.toHaveProperty('Introspects');
    const secrets = () => server.call(`GET /appledger/v1/applications/${appId}/secrets`);
    const { lastUsedAt } = (await secrets()).body.result[0];
    expect(Math.abs(Date.parse(lastUsedAt) - Date.now())).toBeLessThan(HOUR);
    await restarted();
    expect((await secrets()).body.result[0].lastUsedAt).toBe(lastUsedAt);
    expect(usages(await unused('since=12h'))).not.toHaveProperty('Introspects');
  });

  it('are listed by appledger unused', async () => {
    const token = await tokenWith(server.development, { IAM_OWNER: [server.development.organization] });
    const environment = { APPLEDGER_URL: server.server.url, APPLEDGER_TOKEN: token };
    const { code, stdout } = await run(['unused', '--since', '12h'], environment);
    expect(stdout).toMatch(/^counting began 20\S+Z\napplication +project +created +used +last used +name\n/);
    expect(stdout).toMatch(new RegExp(`^${ids.Yesterday} .* not since  20\\S+Z  "Yesterday"$`, 'm'));
    expect(code).toBe(0);
    const json = JSON.parse((await run(['unused', '--since', '12h', '--json'], environment)).stdout);
    expect(json.result).toHaveLength(2);
    expect(await run(['unused', '--since', 'never'], environment)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('since: must be a duration'),
    });
  });

  it('are known after a rebuild of the documents', async () => {
    await run(['projections', 'rebuild', 'all'], { APPLEDGER_DATA_DIR: dataDir });
    expect(usages(await unused('since=12h'))).toEqual({ Never: 'USAGE_NEVER', Yesterday: 'USAGE_NOT_SINCE' });
  });

  it('are known on a server that a back-up was restored to', async () => {
    const copy = join(tempFolder(), 'copy');
    expect(await run(['backup', copy], { APPLEDGER_DATA_DIR: dataDir })).toMatchObject({ code: 0 });
    const restored = tempFolder();
    expect(await run(['restore', copy], { APPLEDGER_DATA_DIR: restored })).toMatchObject({ code: 0 });
    await server.server.stop();
    server = await startAppledger({ dataDir: restored });
    await ready(server.call);
    expect(usages(await unused('since=12h'))).toEqual({ Never: 'USAGE_NEVER', Yesterday: 'USAGE_NOT_SINCE' });
  });
});
