import { projectRolesClaim } from '#libs/registry/access/claims.js';
import { EventService } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import { rolesClaim, tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';
import { speakersOf } from '../../support/speakers.js';

const APP = 'project.application';
const PATH = 'GET /appledger/v1/events';

let appledger: Appledger;
let appId: string;
beforeAll(async () => {
  appledger = await startAppledger();
  appId = (await appledger.createApp({ name: 'Portal' })).body.appId;
  await appledger.app('POST', appId, '/api_config/_generate_client_secret', {});
  await appledger.app('DELETE', appId);
});
afterAll(cleanUp);

const pull = (query = '', token?: string, headers?: Record<string, string>) =>
  appledger.call(`${PATH}${query}`, { ...(token && { token }), ...(headers && { headers }) });
const types = (body: { events?: { type: string }[] }) => (body.events ?? []).map(({ type }) => type);
const home = () => appledger.development.organization;
const tokenOf = (role: string, organization = home()) => tokenWith(appledger.development, { [role]: [organization] });

const all = [
  'project.added',
  `${APP}.added`,
  `${APP}.config.api.added`,
  `${APP}.config.api.secret.changed`,
  `${APP}.removed`,
];

describe('the feed', () => {
  it('has every event of projects and applications, of removed ones too, and no secret', async () => {
    const { status, body } = await pull();
    expect(status).toBe(200);
    expect(types(body)).toEqual(all);
    const { user, project } = appledger.development;
    expect(body.events[1]).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
      type: `${APP}.added`,
      subject: appId,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      datacontenttype: 'application/json',
      dataschema: `${appledger.server.url}/appledger/v1/event-types/${APP}.added/schema`,
      sequence: '1',
      position: expect.stringMatching(/^\d+$/),
      resourceowner: home(),
      editor: user,
      correlationid: expect.any(String),
      data: { appId, projectId: project, name: 'Portal' },
    });
    expect(JSON.stringify(body)).not.toMatch(/sha256|hash/i);
  });

  it('continues after the cursor of the answer before, and says whether there is more', async () => {
    const seen: string[] = [];
    let after = '';
    for (let more = true; more; ) {
      const { body } = await pull(`?limit=2&after=${after}`);
      seen.push(...types(body));
      after = body.nextCursor;
      more = body.hasMore === true;
    }
    expect(seen).toEqual(all);
    expect((await pull(`?after=${after}`)).body).toEqual({ nextCursor: after });
  });

  it.each([
    ['one type', '?types=project.added', [all[0]]],
    [
      'types with commas and repeated',
      `?types=${APP}.removed,project.added&types=${APP}.added`,
      [all[0], all[1], all[4]],
    ],
    ['the beginning', '?after=beginning&limit=1', [all[0]]],
    ['now', '?after=now', []],
    ['an unknown project', '?project=1', []],
    ['an unknown application', '?application=1', []],
  ])('selects by %s', async (_, query, expected) => expect(types((await pull(query)).body)).toEqual(expected));

  it('selects by project, with its applications, and by application', async () => {
    const { project } = appledger.development;
    expect(types((await pull(`?project=${project}`)).body)).toEqual(all);
    expect(types((await pull(`?application=${appId}`)).body)).toEqual(all.slice(1));
    expect(types((await pull(`?application=${project}`)).body)).toEqual([]);
    expect(types((await pull(`?project=${project}&application=${appId}&types=${APP}.added`)).body)).toEqual([all[1]]);
  });

  it.each([
    ['types=user.added', /^types: "user\.added" is no type of event; there are: project\.added, /],
    ['types=', /^types: "" is no type/],
    [`types=${'x'.repeat(5_000)}`, /^types: "x{100}" is no type/],
    ['after=7', /^after: must be a cursor/],
    ['after=a&after=b', /^after: takes one value/],
    ['limit=1001', /^limit: must be at most 1000/],
    ['limit=-1', /^limit: /],
    ['limit=x', /^limit: /],
    ['wait=61s', /^wait: must be a duration from 0s to 60s/],
    ['wait=-1s', /^wait: /],
    ['wait=20', /^wait: /],
    ['wait=9999999999999999s', /^wait: /],
    [`project=${'9'.repeat(201)}`, /^project: /],
    [`application=${'9'.repeat(201)}`, /^application: /],
  ])('refuses %s', async (query, message) => {
    const { status, body } = await pull(`?${query}`);
    expect([status, body]).toEqual([400, { code: 3, message: expect.stringMatching(message), details: [] }]);
  });

  it('refuses a cursor of another event log, and one that is after the end of this one', async () => {
    const { nextCursor } = (await pull()).body;
    const bytes = Buffer.from(nextCursor, 'base64url');
    const later = Buffer.from(bytes);
    later.writeBigUInt64BE(bytes.readBigUInt64BE(9) + 1_000_000_000n, 9);
    expectRefused(await pull(`?after=${later.toString('base64url')}`), 'FEED-h7Rz9');
    bytes.fill(7, 1, 9);
    expectRefused(await pull(`?after=${bytes.toString('base64url')}`), 'FEED-w4Kp2');
  });

  it('answers the same over every protocol', async () => {
    const { speakers, close } = speakersOf(appledger.server.url);
    const headers = { authorization: `Bearer ${await tokenOf('IAM_OWNER')}` };
    const { body } = await pull();
    for (const speaker of speakers) {
      const outcome = await speaker.call(EventService.method.pullEvents, {}, headers);
      expect([speaker.protocol, outcome]).toEqual([speaker.protocol, { answer: body }]);
    }
    close();
  });

  it('holds a request until an event happens, however many there are', async () => {
    const { nextCursor } = (await pull('?after=now')).body;
    const held = Array.from({ length: 50 }, () => pull(`?after=${nextCursor}&wait=60s&types=${APP}.added`));
    const { body } = await appledger.createApp({ name: 'Awaited' });
    for (const answer of await Promise.all(held)) {
      expect(answer.body.events.map(({ subject }: { subject: string }) => subject)).toEqual([body.appId]);
    }
  });
});

describe('what a reader sees', () => {
  let other: string;
  beforeAll(async () => {
    const token = await tokenOf('IAM_OWNER');
    const headers = { 'x-zitadel-orgid': 'another' };
    other = (await appledger.call('POST /management/v1/projects', { token, headers, body: { name: 'P' } })).body.id;
  });

  const owners = async (query: string, token: string, headers?: Record<string, string>) => {
    const { status, body } = await pull(query, token, headers);
    return status === 200
      ? [...new Set(body.events?.map((event: { resourceowner: string }) => event.resourceowner))]
      : status;
  };

  it('are all organizations, for a role of the installation that may read events, unless it names one', async () => {
    for (const role of ['IAM_OWNER', 'IAM_OWNER_VIEWER']) {
      const token = await tokenOf(role);
      expect(await owners('', token)).toEqual([home(), 'another']);
      expect(await owners('', token, { 'x-zitadel-orgid': 'another' })).toEqual(['another']);
      expect(await owners('', token, { 'x-zitadel-orgid': home() })).toEqual([home()]);
    }
  });

  it('is one organization, for every other role', async () => {
    for (const role of ['ORG_OWNER', 'ORG_OWNER_VIEWER', 'IAM_ORG_MANAGER']) {
      expect(await owners('', await tokenOf(role))).toEqual([home()]);
      expect(await owners(`?project=${other}`, await tokenOf(role))).toEqual([]);
    }
    expect(await owners('', await tokenOf('ORG_OWNER'), { 'x-zitadel-orgid': 'another' })).toBe(403);
    const there = await tokenOf('ORG_OWNER', 'another');
    expect(await owners('', there, { 'x-zitadel-orgid': 'another' })).toEqual(['another']);
  });

  it('is one project, which the request names, for a role in a project', async () => {
    const { project } = appledger.development;
    const roles = rolesClaim({ PROJECT_OWNER_VIEWER: [home()] });
    const token = await tokenWith(appledger.development, {}, { [projectRolesClaim(project)]: roles });
    expectRefused(await pull('', token), 'AUTH-5mWD2');
    expectRefused(await pull(`?project=${other}`, token), 'AUTH-5mWD2');
    expectRefused(await pull(`?application=${appId}`, token), 'AUTH-5mWD2');
    expect(types((await pull(`?project=${project}&limit=5`, token)).body)).toEqual(all);
  });
});

describe('the types of events', () => {
  it('are listed with the paths of their schemas, which need no token', async () => {
    const { body } = await appledger.call('GET /appledger/v1/event-types', { token: undefined });
    expect(body.types).toContainEqual({
      type: `${APP}.config.api.added`,
      summary: 'API config added',
      aggregate: 'application',
      path: `/appledger/v1/event-types/${APP}.config.api.added/schema`,
      schema: expect.objectContaining({ type: 'object' }),
    });
    for (const { type, path, schema } of body.types) {
      const answer = await appledger.call(`GET ${path}`, { token: undefined });
      expect(answer.body).toEqual(schema);
      expect([answer.status, answer.body]).toEqual([
        200,
        expect.objectContaining({ $id: path, title: type, type: 'object', additionalProperties: false }),
      ]);
      expect(JSON.stringify(answer.body)).not.toMatch(/hash/i);
    }
    expectRefused(await appledger.call('GET /appledger/v1/event-types/x/schema'), 'FEED-t2Nv6');
  });
});
