import { randomBytes } from 'node:crypto';
import { WebhookService } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';
import { speakersOf } from '../../support/speakers.js';

const PATH = '/appledger/v1/webhooks';
/** Has no name that would have to be looked up. */
const URL = 'https://93.184.215.14/hooks';
const OTHER = '69629023906488334';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_WEBHOOKS_KEY: randomBytes(32).toString('base64') } });
});
afterAll(cleanUp);

const add = (body: object, options: object = {}) => appledger.call(`POST ${PATH}`, { body, ...options });
const added = async (body: object = {}) => (await add({ url: URL, ...body })).body.webhookId as string;
const get = async (id: string) => (await appledger.call(`GET ${PATH}/${id}`)).body.webhook;
const post = (id: string, operation: string, body: object = {}) =>
  appledger.call(`POST ${PATH}/${id}:${operation}`, { body });
const tokenOf = (role: string, organization = appledger.development.organization) =>
  tokenWith(appledger.development, { [role]: [organization] });

describe('a webhook', () => {
  it('is added with a signing secret that no other answer contains, and is read as it was added', async () => {
    const { project, organization } = appledger.development;
    const types = ['project.application.added', 'project.application.added', 'project.application.removed'];
    const { status, body } = await add({ url: URL, types, projectId: project });
    expect(status).toBe(200);
    expect(body).toEqual({
      webhookId: expect.stringMatching(/^\d{18}$/),
      signingSecret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      details: {
        sequence: '1',
        creationDate: expect.any(String),
        changeDate: expect.any(String),
        resourceOwner: organization,
      },
    });
    const webhook = await get(body.webhookId);
    expect(webhook).toEqual({
      webhookId: body.webhookId,
      url: URL,
      types: ['project.application.added', 'project.application.removed'],
      projectId: project,
      from: 'now',
      state: 'WEBHOOK_STATE_ACTIVE',
      secrets: [{ secretId: expect.stringMatching(/^\d{18}$/), createdAt: body.details.creationDate }],
      details: body.details,
    });
    const { result } = (await appledger.call(`GET ${PATH}`)).body;
    expect(result).toContainEqual(webhook);
    const { events } = (
      await appledger.call('POST /admin/v1/events/_search', { body: { aggregateId: body.webhookId } })
    ).body;
    expect(events).toMatchObject([{ type: { type: 'webhook.added' }, aggregate: { id: body.webhookId } }]);
    const secret = body.signingSecret.slice('whsec_'.length, 20);
    expect(JSON.stringify([webhook, result, events])).not.toContain(secret);
    expect(await appledger.server.outputWith(/GetWebhook/)).not.toContain(secret);
  });

  it('is changed, paused, resumed and removed', async () => {
    const id = await added({ types: ['project.added'] });
    const changed = await appledger.call(`PUT ${PATH}/${id}`, { body: { url: `${URL}/2` } });
    expect(changed.body.details.sequence).toBe('2');
    expect(await get(id)).toMatchObject({ url: `${URL}/2`, details: { sequence: '2' } });
    expect((await get(id)).types).toBeUndefined();
    expectRefused(await appledger.call(`PUT ${PATH}/${id}`, { body: { url: `${URL}/2` } }), 'WEBHOOK-Nc7hg');
    expectRefused(await post(id, 'resume'), 'WEBHOOK-Ac5tv');
    const paused = await post(id, 'pause');
    expect(await get(id)).toMatchObject({
      state: 'WEBHOOK_STATE_PAUSED',
      pauseReason: 'WEBHOOK_PAUSE_REASON_REQUESTED',
      pausedAt: paused.body.details.changeDate,
    });
    expectRefused(await post(id, 'pause'), 'WEBHOOK-Pa3sd');
    expect((await post(id, 'resume')).status).toBe(200);
    const resumed = await get(id);
    expect([resumed.state, resumed.pauseReason, resumed.pausedAt]).toEqual([
      'WEBHOOK_STATE_ACTIVE',
      undefined,
      undefined,
    ]);
    expect((await appledger.call(`DELETE ${PATH}/${id}`)).status).toBe(200);
    expectRefused(await appledger.call(`GET ${PATH}/${id}`), 'WEBHOOK-Nf4kd');
    for (const operation of ['pause', 'resume', 'rotateSecret'])
      expectRefused(await post(id, operation), 'WEBHOOK-Nf4kd');
    expectRefused(await appledger.call(`DELETE ${PATH}/${id}`), 'WEBHOOK-Nf4kd');
  });

  it('gets a new secret, beside which the former ones sign for the overlap', async () => {
    const { webhookId: id, signingSecret } = (await add({ url: URL })).body;
    const before = Date.now();
    const rotated = (await post(id, 'rotateSecret', { overlap: '3600s' })).body;
    const after = Date.now();
    expect(rotated.signingSecret).toMatch(/^whsec_/);
    expect(rotated.signingSecret).not.toBe(signingSecret);
    const [newest, former, ...others] = (await get(id)).secrets;
    expect(others).toEqual([]);
    expect(newest).toMatchObject({ secretId: rotated.secretId, createdAt: rotated.details.changeDate });
    expect(Date.parse(former.expiresAt) - 3_600_000).toBeGreaterThanOrEqual(before);
    expect(Date.parse(former.expiresAt) - 3_600_000).toBeLessThanOrEqual(after);
    for (let more = 0; more < 3; more += 1) await post(id, 'rotateSecret', { overlap: '60s' });
    expectRefused(await post(id, 'rotateSecret', { overlap: '60s' }), 'WEBHOOK-Ms5ec');
    for (const overlap of ['-1s', '7776001s'])
      expectRefused(await post(id, 'rotateSecret', { overlap }), 'WEBHOOK-Ov6lp');
    expect((await post(id, 'rotateSecret')).status).toBe(200);
    expect((await get(id)).secrets).toHaveLength(1);
  });

  it.each(['beginning', '2024-04-10T04:31:16Z', '2024-04-10T06:31:16.326+02:00'])('begins at %s', async (from) => {
    expect(await get(await added({ from }))).toMatchObject({ from });
  });

  it('begins at a cursor of the feed, and not at one of another log or at any other text', async () => {
    const { nextCursor } = (await appledger.call('GET /appledger/v1/events')).body;
    expect(await get(await added({ from: nextCursor }))).toMatchObject({ from: nextCursor });
    const foreign = Buffer.from(nextCursor, 'base64url');
    foreign.writeUInt8(foreign.readUInt8(3) ^ 1, 3);
    expectRefused(await add({ url: URL, from: foreign.toString('base64url') }), 'FEED-w4Kp2');
    const { status, body } = await add({ url: URL, from: 'yesterday' });
    expect([status, body.message]).toEqual([400, expect.stringMatching(/^from: must be "now", .* a time such as/)]);
    const replay = await post(await added(), 'replay', { to: '2026-02-30T00:00:00Z' });
    expect([replay.status, replay.body.message]).toEqual([400, expect.stringMatching(/^to: must be "now", .* a time/)]);
    const ahead = await add({ url: URL, from: '2999-01-01T00:00:00Z' });
    expect([ahead.status, ahead.body.message]).toEqual([400, expect.stringMatching(/^from: must not be ahead/)]);
  });

  it.each([
    ['http://93.184.215.14/', 'it must begin with https://'],
    ['no url', 'it must be a URL such as https://'],
    ['https://user:word@93.184.215.14/', 'it must hold no user and no password'],
    ['https://127.0.0.1/', 'it must lead to a public address'],
    ['https://[::ffff:10.0.0.1]/', 'it must lead to a public address'],
    ['https://localhost/', 'it must lead to a public address'],
    ['https://169.254.169.254/latest/meta-data', 'it must not lead to the metadata of a cloud'],
  ])('does not lead to %s', async (url, text) => {
    expectRefused(await add({ url }), 'WEBHOOK-Ur6lf', new RegExp(text));
    expectRefused(await appledger.call(`PUT ${PATH}/1`, { body: { url } }), 'WEBHOOK-Ur6lf', new RegExp(text));
  });

  it('has types and a project that exist', async () => {
    const unknown = await add({ url: URL, types: ['project.added', 'ApplicationAdded'] });
    expectRefused(unknown, 'WEBHOOK-Ty4pe', /"ApplicationAdded" is none; there are: project.added/);
    expectRefused(await add({ url: URL, projectId: '1' }), 'WEBHOOK-Pr3jt');
    const { project: projectId } = appledger.development;
    expectRefused(await add({ url: URL, projectId, allOrganizations: true }), 'WEBHOOK-Sc9pe');
  });
});

describe('another organization', () => {
  it('neither sees nor changes a webhook', async () => {
    const id = await added();
    const token = await tokenOf('ORG_OWNER', OTHER);
    const options = { token, headers: { 'x-zitadel-orgid': OTHER } };
    expectRefused(await appledger.call(`GET ${PATH}/${id}`, options), 'WEBHOOK-Nf4kd');
    for (const request of [`DELETE ${PATH}/${id}`, `POST ${PATH}/${id}:pause`, `POST ${PATH}/${id}:rotateSecret`]) {
      const body = request.startsWith('POST') ? { body: {} } : {};
      expectRefused(await appledger.call(request, { ...options, ...body }), 'WEBHOOK-Nf4kd');
    }
    const { result = [] } = (await appledger.call(`GET ${PATH}`, options)).body;
    expect(result).toEqual([]);
    expect(await get(id)).toMatchObject({ state: 'WEBHOOK_STATE_ACTIVE' });
  });

  it('gets no events of others: only a role in all organizations adds, sees and changes a webhook of all', async () => {
    const id = await added({ allOrganizations: true });
    const owner = { token: await tokenOf('ORG_OWNER') };
    expectRefused(await add({ url: URL, allOrganizations: true }, owner), 'AUTH-5mWD2');
    expectRefused(await appledger.call(`GET ${PATH}/${id}`, owner), 'WEBHOOK-Nf4kd');
    expectRefused(
      await appledger.call(`PUT ${PATH}/${id}`, { ...owner, body: { url: `${URL}/mine` } }),
      'WEBHOOK-Nf4kd',
    );
    const ids = ({ body }: { body: { result: { webhookId: string }[] } }) =>
      body.result.map(({ webhookId }) => webhookId);
    expect(ids(await appledger.call(`GET ${PATH}`, owner))).not.toContain(id);
    expect(ids(await appledger.call(`GET ${PATH}`))).toContain(id);
    const elsewhere = { headers: { 'x-zitadel-orgid': OTHER } };
    const paused = await appledger.call(`POST ${PATH}/${id}:pause`, { ...elsewhere, body: {} });
    expect(paused.body.details.resourceOwner).toBe(appledger.development.organization);
  });
});

it('every protocol adds and reads a webhook', async () => {
  const { speakers, close } = speakersOf(appledger.server.url);
  const headers = { authorization: `Bearer ${await tokenOf('ORG_OWNER')}` };
  const { addWebhook, getWebhook } = WebhookService.method;
  for (const { protocol, call } of speakers) {
    const made = await call(addWebhook, { url: URL, types: ['project.added'] }, headers);
    const { webhookId } = (made as { readonly answer: { readonly webhookId: string } }).answer;
    const read = await call(getWebhook, { webhookId }, headers);
    expect([protocol, read]).toMatchObject([protocol, { answer: { webhook: { url: URL, types: ['project.added'] } } }]);
  }
  close();
});
