import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const list = (body: object = {}, token?: string) =>
  appledger.call('POST /admin/v1/events/_search', { body, ...(token && { token }) });
const types = (body: { events?: { type: { type: string } }[] }) => body.events?.map(({ type }) => type.type);

let appId: string;
let projectId: string;
let between: string;
beforeAll(async () => {
  projectId = appledger.development.project;
  appId = (await appledger.createApp({ name: 'Audited' })).body.appId;
  await appledger.app('POST', appId, '/api_config/_generate_client_secret', {});
  // Events within the same millisecond could not be separated by time.
  const { changeDate } = (await appledger.getApp(appId)).body.app.details;
  while (Date.now() <= Date.parse(changeDate) + 1) await new Promise(setImmediate);
  between = new Date(Date.parse(changeDate) + 1).toISOString();
  await appledger.app('DELETE', appId);
});

const APP = 'project.application';
const all = [
  'project.added',
  `${APP}.added`,
  `${APP}.config.api.added`,
  `${APP}.config.api.secret.changed`,
  `${APP}.removed`,
];

describe('the events of the event store', () => {
  it('are returned newest first, only public ones, with all fields except secrets', async () => {
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(types(body)).toEqual(all.toReversed());
    const { user, organization } = appledger.development;
    expect(body.events[3]).toEqual({
      editor: { userId: user, displayName: user },
      aggregate: {
        id: appId,
        type: {
          type: 'application',
          localized: { key: 'AggregateTypes.application', localizedMessage: 'Application' },
        },
        resourceOwner: organization,
      },
      sequence: '1',
      creationDate: expect.any(String),
      payload: { appId, projectId, name: 'Audited' },
      type: {
        type: `${APP}.added`,
        localized: { key: `EventTypes.${APP}.added`, localizedMessage: 'Application added' },
      },
    });
    expect(JSON.stringify(body)).not.toContain('$sha256');
  });

  it.each([
    ['oldest first', () => ({ asc: true }), all],
    ['up to the limit', () => ({ asc: true, limit: 2 }), all.slice(0, 2)],
    ['with a limit above the maximum', () => ({ asc: true, limit: 5_000 }), all],
    ['by type', () => ({ eventTypes: [all[4], all[0]] }), [all[4], all[0]]],
    ['by an unknown type', () => ({ eventTypes: ['user.added'] }), undefined],
    ['by types of which one is unknown', () => ({ eventTypes: ['user.added', all[0]] }), [all[0]]],
    ['by aggregate', () => ({ aggregateId: appId, asc: true }), all.slice(1)],
    ['by aggregate, before a sequence', () => ({ aggregateId: appId, sequence: '2' }), [all[1]]],
    ['by aggregate, oldest first after a sequence', () => ({ aggregateId: appId, asc: true, sequence: 3 }), [all[4]]],
    ['by a missing aggregate', () => ({ aggregateId: '1' }), undefined],
    ['by aggregate type', () => ({ aggregateTypes: ['project'] }), [all[0]]],
    ['by an unknown aggregate type', () => ({ aggregateTypes: ['user'] }), undefined],
    ['by aggregate and another aggregate type', () => ({ aggregateTypes: ['project'], aggregateId: appId }), undefined],
    ['by owner', () => ({ resourceOwner: appledger.development.organization, limit: 1 }), [all[4]]],
    ['by another owner', () => ({ resourceOwner: '1' }), undefined],
    ['by editor', () => ({ editorUserId: appledger.development.user, limit: 1 }), [all[4]]],
    ['by another editor', () => ({ editorUserId: '1' }), undefined],
    ['from a time on, oldest first', () => ({ from: between, asc: true }), [all[4]]],
    ['from a time back, newest first', () => ({ from: between, limit: 1 }), [all[3]]],
    ['since a time', () => ({ range: { since: between } }), [all[4]]],
    ['until a time', () => ({ range: { until: between }, asc: true }), all.slice(0, 4)],
    ['between times', () => ({ range: { since: between, until: between } }), undefined],
  ])('are found %s', async (_, request, expected) => {
    const { status, body } = await list(request());
    expect(status).toBe(200);
    expect(types(body)).toEqual(expected);
  });

  it.each([
    [{ eventTypes: Array(31).fill('a') }, 'eventTypes'],
    [{ aggregateTypes: Array(11).fill('a') }, 'aggregateTypes'],
    [{ aggregateId: 'x'.repeat(201) }, 'aggregateId'],
  ])("are refused by the contract's field rules", async (request, says) => {
    const { status, body } = await list(request);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 3, message: expect.stringContaining(says), details: [] });
  });

  it('require permission to read events, which the owner of one organization lacks', async () => {
    const { organization } = appledger.development;
    const viewer = await tokenWith(appledger.development, { IAM_OWNER_VIEWER: [organization] });
    expect((await list({}, viewer)).status).toBe(200);
    const owner = await tokenWith(appledger.development, { ORG_OWNER: [organization] });
    expectRefused(await list({}, owner), 'AUTH-5mWD2');
  });
});

it('lists the event types without internal ones', async () => {
  const { status, body } = await appledger.call('POST /admin/v1/events/types/_search', { body: {} });
  expect(status).toBe(200);
  const names = body.eventTypes.map(({ type }: { type: string }) => type);
  expect(names).toEqual(expect.arrayContaining([...all, `${APP}.oidc.key.added`]));
  expect(names.filter((name: string) => !/^(project|webhook)\./.test(name))).toEqual(['projection.event.skipped']);
});

it('lists the aggregate types', async () => {
  const { body } = await appledger.call('POST /admin/v1/aggregates/types/_search', { body: {} });
  expect(body.aggregateTypes.map(({ type }: { type: string }) => type)).toEqual([
    'application',
    'project',
    'projection',
    'webhook',
  ]);
});
