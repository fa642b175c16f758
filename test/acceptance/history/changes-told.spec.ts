import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { tokenWith } from '../../support/api.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';
import { type Speaking, startSpeaking } from '../../support/speaking.js';

/*
 * What HistoryService tells: each change with its fields before and after, who made it and why. The expected fields are
 * written by hand where a reader should see them, and otherwise taken from the calls that read.
 */
let speaking: Speaking;
beforeAll(async () => {
  speaking = await startSpeaking();
});
afterAll(async () => {
  speaking.close();
  await cleanUp();
});

const call = (...args: Parameters<Speaking['appledger']['call']>) => speaking.appledger.call(...args);
const application = (id: string) => `/appledger/v1/applications/${id}`;
const historyOf = async (id: string, query = '') => (await call(`GET ${application(id)}/history${query}`)).body;
const create = async (name: string): Promise<string> =>
  (await speaking.appledger.createApp({ name, authMethodType: 'API_AUTH_METHOD_TYPE_BASIC' })).body.appId;
/** The bytes of a text, as `fetch` takes them. */
const bytes = (text: string) => Buffer.from(text).toString('latin1');
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every form
const fieldsOf = ({ fields = [] }: any) =>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every form
  fields.map(({ field, before, after }: any) => [field, before, after]);

describe('the history of an application', () => {
  let appId: string;
  beforeAll(async () => {
    appId = await create('Told');
  });

  it('tells each change with its editor, request, reason, and the fields before and after', async () => {
    const { appledger } = speaking;
    const { development } = appledger;
    const headers = { 'x-request-id': 'r-7', 'x-correlation-id': 'c-7', 'x-appledger-reason': bytes('Umzug 🚚') };
    const token = await tokenWith(development, { ORG_OWNER: [development.organization] }, { client_id: 'console' });
    const path = `/management/v1/projects/${development.project}/apps/${appId}`;
    const renamed = await call(`PUT ${path}`, { body: { name: 'Told again' }, headers, token });
    const { details, result } = await historyOf(appId);
    expect(details).toMatchObject({ totalResult: '3', processedSequence: result[0].position });
    expect(result[0]).toEqual({
      time: renamed.body.details.changeDate,
      sequence: '3',
      position: renamed.headers.get('x-appledger-position'),
      type: 'project.application.changed',
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      editor: { userId: development.user, clientId: 'console' },
      requestId: 'r-7',
      correlationId: 'c-7',
      reason: 'Umzug 🚚',
      fields: [{ field: 'name', before: 'Told', after: 'Told again' }],
    });
    expect(result[2]).not.toHaveProperty('reason');
    expect(fieldsOf(result[2])).toEqual([
      ['id', undefined, appId],
      ['name', undefined, 'Told'],
      ['projectId', undefined, development.project],
      ['state', undefined, 'APP_STATE_ACTIVE'],
    ]);
  });

  it('tells of secrets and keys by their ids and hints, and contains neither a secret nor a hash', async () => {
    const added = await call(`POST ${application(appId)}/secrets`, { body: { name: 'second' } });
    const { secretId, clientSecret } = added.body;
    await call(`POST ${application(appId)}/secrets/${secretId}/_disable`, { body: {} });
    await call(`DELETE ${application(appId)}/secrets/${secretId}`);
    const body = await historyOf(appId, '?query.asc=true&query.offset=3');
    expect(body.result.map(fieldsOf)).toEqual([
      [[`secrets.${secretId}`, undefined, expect.objectContaining({ hint: clientSecret.slice(-4), name: 'second' })]],
      [[`secrets.${secretId}.state`, 'SECRET_STATE_ACTIVE', 'SECRET_STATE_DISABLED']],
      [[`secrets.${secretId}`, expect.objectContaining({ state: 'SECRET_STATE_DISABLED' }), undefined]],
    ]);
    const text = JSON.stringify(await historyOf(appId));
    expect(text).not.toContain(clientSecret);
    expect(text).not.toMatch(/hash|\$scrypt|argon/i);
  });

  it.each([
    ['', ['6', '5', '4', '3', '2', '1']],
    ['?query.asc=true', ['1', '2', '3', '4', '5', '6']],
    ['?query.limit=2', ['6', '5']],
    ['?query.limit=2&query.offset=2', ['4', '3']],
    ['?query.asc=true&query.limit=2&query.offset=4', ['5', '6']],
    ['?query.offset=6', undefined],
  ])('is paged by %s', async (query, sequences) => {
    const { details, result } = await historyOf(appId, query);
    expect(details.totalResult).toBe('6');
    expect(result?.map(({ sequence }: { sequence: string }) => sequence)).toEqual(sequences);
  });

  it('is there after its removal, and the removal takes every field away', async () => {
    const id = await create('Removed');
    const { app } = (await speaking.appledger.getApp(id)).body;
    await speaking.appledger.app('DELETE', id);
    const { result } = await historyOf(id);
    expect(result[0].type).toBe('project.application.removed');
    expect(fieldsOf(result[0])).toEqual(
      expect.arrayContaining([
        ['name', app.name, undefined],
        ['state', app.state, undefined],
        ['apiConfig.clientId', app.apiConfig.clientId, undefined],
      ]),
    );
    expect((await call(`GET ${application(id)}/state`)).body.state).toMatchObject({ sequence: '3' });
    expect((await call(`GET ${application(id)}/state`)).body.state).not.toHaveProperty('exists');
  });

  it('does not exist for another organization, or where there never was an application', async () => {
    const token = await tokenWith(
      speaking.appledger.development,
      { ORG_OWNER: ['other'] },
      { 'urn:zitadel:iam:user:resourceowner:id': 'other' },
    );
    for (const suffix of ['/history', '/state', ':diff?from=sequence:1']) {
      expectRefused(await call(`GET ${application(appId)}${suffix}`, { token }), 'QUERY-pCP8P');
      expectRefused(await call(`GET ${application('1000000000000000000')}${suffix}`), 'QUERY-pCP8P');
    }
  });

  it('is the same over every protocol', async () => {
    const { HistoryService } = await import('#libs/registry/contract/gen/appledger/v1/history_pb.js');
    const expected = await historyOf(appId);
    for (const { protocol, call: ask } of speaking.speakers) {
      const { listApplicationHistory: method } = HistoryService.method;
      const outcome = await ask(method, { applicationId: appId }, speaking.headers);
      expect([protocol, outcome]).toEqual([protocol, { answer: expected }]);
    }
  });
});

describe('two points of an application', () => {
  let appId: string;
  const points: { position: string; time: string }[] = [];
  const diff = (from: string, to = '') =>
    call(`GET ${application(appId)}:diff?${new URLSearchParams({ from, ...(to && { to }) })}`);
  beforeAll(async () => {
    appId = await create('First');
    const note = async ({ headers, body }: Awaited<ReturnType<typeof call>>) =>
      points.push({ position: headers.get('x-appledger-position') ?? '', time: body.details.changeDate });
    await note(await speaking.appledger.app('PUT', appId, '', { name: 'Second' }));
    await note(await speaking.appledger.app('POST', appId, '/_deactivate', {}));
  });

  it('are compared by sequences, positions and times', async () => {
    const [renamed, deactivated] = points as [(typeof points)[0], (typeof points)[0]];
    const name = ['name', 'First', 'Second'];
    const state = ['state', 'APP_STATE_ACTIVE', 'APP_STATE_INACTIVE'];
    for (const [from, to, sequences, fields] of [
      ['sequence:2', '', ['2', '4'], [name, state]],
      ['sequence:2', 'sequence:3', ['2', '3'], [name]],
      [renamed.position, deactivated.position, ['3', '4'], [state]],
      [renamed.time, deactivated.time, ['3', '4'], [state]],
      ['sequence:3', renamed.time, ['3', '3'], []],
    ] as const) {
      const { body } = await diff(from, to);
      expect([body.diff.fromSequence, body.diff.toSequence]).toEqual(sequences);
      expect(fieldsOf(body.diff)).toEqual(fields);
    }
  });

  it.each([
    ['yesterday', '', /^from: must be a time such as .*, or a position .*, or sequence:3$/],
    ['sequence:0', '', /^from: must be a sequence from 1 to 4$/],
    ['sequence:1', 'sequence:5', /^to: must be a sequence from 1 to 4$/],
    ['sequence:1', '2200-01-01T00:00:00Z', /^to: must not be ahead/],
    ['sequence:1', '999999999', /^to: must not be ahead/],
    ['2000-01-01T00:00:00Z', '', /^from: must not be before the first event/],
    ['', '', /^from: /],
  ])('that are %j and %j are refused', async (from, to, message) => {
    const { status, body } = await diff(from, to);
    expect([status, body.code, body.message]).toEqual([400, 3, expect.stringMatching(message)]);
  });
});

describe('the history of a project', () => {
  it('tells its settings, and is there after its removal', async () => {
    const { body } = await call('POST /management/v1/projects', { body: { name: 'Past', projectRoleCheck: true } });
    await call(`PUT /management/v1/projects/${body.id}`, { body: { name: 'Past', projectRoleAssertion: true } });
    await call(`DELETE /management/v1/projects/${body.id}`);
    const path = `/appledger/v1/projects/${body.id}`;
    const { result } = (await call(`GET ${path}/history`)).body;
    expect(result.map(({ type }: { type: string }) => type)).toEqual([
      'project.removed',
      'project.changed',
      'project.added',
    ]);
    expect(fieldsOf(result[1])).toEqual([
      ['projectRoleAssertion', false, true],
      ['projectRoleCheck', true, false],
    ]);
    const { state } = (await call(`GET ${path}/state?at=sequence:2`)).body;
    expect(state).toMatchObject({ exists: true, sequence: '2', fields: { name: 'Past', projectRoleAssertion: true } });
    const { diff } = (await call(`GET ${path}:diff?from=sequence:1&to=sequence:2`)).body;
    expect(fieldsOf(diff)).toEqual(fieldsOf(result[1]));
    expectRefused(await call('GET /appledger/v1/projects/1000000000000000000/history'), 'COMMAND-3M9sd');
  });
});

describe('the reason of a change', () => {
  it('is taken over every protocol, and is in the feed and in the list of all events', async () => {
    const appId = await create('Reasons');
    const { project: projectId } = speaking.appledger.development;
    const { updateApp } = ManagementService.method;
    for (const [place, { protocol, call: ask }] of speaking.speakers.entries()) {
      const headers = { ...speaking.headers, 'x-appledger-reason': `UTF-8''Gr%C3%BCnde%20${place}` };
      const outcome = await ask(updateApp, { projectId, appId, name: `Reason ${place}` }, headers);
      expect([protocol, outcome]).toMatchObject([protocol, { answer: {} }]);
    }
    const reasons = speaking.speakers.map((_, place) => `Gründe ${place}`);
    const { result } = await historyOf(appId, '?query.asc=true&query.offset=2');
    expect(result.map(({ reason }: { reason: string }) => reason)).toEqual(reasons);
    const feed = await call(`GET /appledger/v1/events?application=${appId}`);
    expect(feed.body.events.map(({ reason }: { reason?: string }) => reason)).toEqual([
      undefined,
      undefined,
      ...reasons,
    ]);
    const listed = await call('POST /admin/v1/events/_search', { body: { asc: true, aggregateId: appId } });
    expect(listed.body.events.map(({ payload }: { payload: { $reason?: string } }) => payload.$reason)).toEqual([
      undefined,
      undefined,
      ...reasons,
    ]);
  });

  it('that cannot be taken changes nothing', async () => {
    const appId = await create('Unreasonable');
    const path = `/management/v1/projects/${speaking.appledger.development.project}/apps/${appId}`;
    for (const [reason, message] of [
      ['x'.repeat(501), /^x-appledger-reason: must have at most 500 characters \(it has 501\)$/],
      ['Gr\u00fcnde', /^x-appledger-reason: must be UTF-8/],
      ["UTF-8''a%0Ab", /^x-appledger-reason: must have a visible character, and no control characters/],
    ] as const) {
      const headers = { 'x-appledger-reason': reason };
      const { status, body } = await call(`PUT ${path}`, { body: { name: 'Changed' }, headers });
      expect([status, body.code, body.message]).toEqual([400, 3, expect.stringMatching(message)]);
    }
    expect((await historyOf(appId)).details.totalResult).toBe('2');
  });
});
