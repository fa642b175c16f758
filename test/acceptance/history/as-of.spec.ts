import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { isUnary } from '#libs/engine/rpc/core/bind.js';
import { EventService } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import { features } from '#libs/registry/features.js';
import type { GuidedCall } from '#libs/registry/shared/features/call.js';
import type { Answer } from '../../support/api.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';
import { type Speaking, startSpeaking } from '../../support/speaking.js';
import { APPLEDGER_WEBHOOKS_KEY } from '../../support/webhooks-key.js';

/*
 * A request with x-appledger-as-of is answered with the message that the same request without it was answered with at
 * that time: what the calls answered after each step of a story is kept, and compared with what they answer of the past
 * at the end of it.
 */
const AS_OF = 'x-appledger-as-of';

/** A step of the story: its place in the log, its time, and what each read answered after it. */
interface Step {
  readonly position: string;
  readonly time: string;
  readonly answers: readonly Answer[];
}

let speaking: Speaking;
let reads: readonly string[];
const steps: Step[] = [];
let ids: { project: string; early: string; late: string; key: string; webhook: string };

const call = (...args: Parameters<Speaking['appledger']['call']>) => speaking.appledger.call(...args);
const read = (request: string, headers = {}) =>
  call(request, { headers, ...(request.startsWith('POST') && { body: {} }) });

beforeAll(async () => {
  const APPLEDGER_READ_PATIENCE_MS = '60000'; // what is kept must not be stale, however slow the machine is
  const env = { APPLEDGER_WEBHOOKS_ALLOW_PRIVATE: 'true', APPLEDGER_WEBHOOKS_KEY, APPLEDGER_READ_PATIENCE_MS };
  speaking = await startSpeaking(env);
  const project = (await call('POST /management/v1/projects', { body: { name: 'Story' } })).body.id;
  const apps = `/management/v1/projects/${project}/apps`;
  const add = async (name: string, authMethodType: string) =>
    (await call(`POST ${apps}/api`, { body: { name, authMethodType } })).body.appId;
  const early = await add('Early', 'API_AUTH_METHOD_TYPE_BASIC');
  const late = await add('Late', 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT');
  const expirationDate = new Date(Date.now() + 86_400_000).toISOString().replace('.000Z', 'Z');
  const key = (await call(`POST ${apps}/${late}/keys`, { body: { type: 'KEY_TYPE_JSON', expirationDate } })).body.id;
  const webhooks = '/appledger/v1/webhooks';
  const addWebhook = async (body: object) => (await call(`POST ${webhooks}`, { body })).body.webhookId;
  const webhook = await addWebhook({ url: 'https://127.0.0.1/own' });
  const ofAll = await addWebhook({ url: 'https://127.0.0.1/all', allOrganizations: true });
  ids = { project, early, late, key, webhook };
  reads = [
    'POST /management/v1/projects/_search',
    `GET /management/v1/projects/${project}`,
    `POST ${apps}/_search`,
    `GET ${apps}/${early}`,
    `GET ${apps}/${late}`,
    `POST ${apps}/${late}/keys/_search`,
    `GET ${apps}/${late}/keys/${key}`,
    `GET /appledger/v1/applications/${early}/secrets`,
    `GET /appledger/v1/applications/${late}/jwks_uri`,
    `POST ${apps}/${early}/changes/_search`,
    `POST /management/v1/projects/${project}/changes/_search`,
    `GET ${webhooks}`,
    `GET ${webhooks}/${webhook}`,
    `GET ${webhooks}/${ofAll}`,
  ];
  const jwksUri = { body: { jwksUri: 'https://client.example/jwks.json' } };
  for (const change of [
    () => call(`PUT ${apps}/${early}`, { body: { name: 'Earlier' } }),
    () => call(`POST ${apps}/${early}/_deactivate`, { body: {} }),
    () => call(`POST /appledger/v1/applications/${early}/secrets`, { body: { name: 'second' } }),
    () => call(`PUT /appledger/v1/applications/${late}/jwks_uri`, jwksUri),
    () => call(`DELETE ${apps}/${late}/keys/${key}`),
    () => call(`PUT /management/v1/projects/${project}`, { body: { name: 'Told story' } }),
    () => call(`PUT ${webhooks}/${webhook}`, { body: { url: 'https://127.0.0.1/other', types: ['project.added'] } }),
    () => call(`POST ${webhooks}/${webhook}:rotateSecret`, { body: { overlap: '3600s' } }),
    () => call(`POST ${webhooks}/${ofAll}:pause`, { body: {} }),
    () => call(`DELETE ${webhooks}/${ofAll}`),
    () => call(`DELETE ${webhooks}/${webhook}`),
    () => call(`DELETE ${apps}/${early}`),
    () => call(`DELETE /management/v1/projects/${project}`),
    () => call('POST /management/v1/projects', { body: { name: 'Another story' } }),
  ]) {
    const { status, headers, body } = await change();
    expect([status, body]).toMatchObject([200, {}]);
    const position = headers.get('x-appledger-position') ?? '';
    const { changeDate = body.details.creationDate } = body.details;
    steps.push({ position, time: changeDate, answers: await Promise.all(reads.map((one) => read(one))) });
  }
});
afterAll(async () => {
  speaking.close();
  await cleanUp();
});

/** What does not depend on the list as a whole: its position and time are those of all its documents, of any project. */
function message({ status, body: { details, ...body } }: Answer) {
  const { viewTimestamp: _, processedSequence: __, ...others } = details ?? {};
  return { status, body, details: others };
}

describe('a read as of a point of the past', () => {
  it('answers what it answered then, by position and by time', async () => {
    for (const { position, time, answers } of steps) {
      for (const asOf of [position, time]) {
        const then = await Promise.all(reads.map((one) => read(one, { [AS_OF]: asOf })));
        expect(then.map(message)).toEqual(answers.map(message));
      }
    }
  });

  it('says of which position the answer is', async () => {
    const [first, second] = steps as [Step, Step];
    const request = `GET /management/v1/projects/${ids.project}/apps/${ids.early}`;
    const byPosition = await read(request, { [AS_OF]: second.position });
    expect(byPosition.headers.get('x-appledger-as-of-position')).toBe(second.position);
    expect(first.time < second.time).toBe(true);
    const byTime = await read(request, { [AS_OF]: first.time });
    expect(byTime.headers.get('x-appledger-as-of-position')).toBe(first.position);
    expect((await read('GET /management/v1/healthz')).headers.get('x-appledger-as-of-position')).toBeNull();
  });

  it('answers of a position inside of a creation what it answered after it, as the state and the difference do', async () => {
    const history = await read(`GET /appledger/v1/applications/${ids.early}/history?query.asc=true&query.limit=2`);
    const [inside, created]: readonly string[] = history.body.result.map(
      ({ position }: { position: string }) => position,
    );
    expect(BigInt(inside ?? '') < BigInt(created ?? '')).toBe(true);
    for (const request of reads) {
      const [then, after] = [
        await read(request, { [AS_OF]: inside ?? '' }),
        await read(request, { [AS_OF]: created ?? '' }),
      ];
      expect([request, message(then)]).toEqual([request, message(after)]);
    }
    const app = await read(`GET /management/v1/projects/${ids.project}/apps/${ids.early}`, { [AS_OF]: inside ?? '' });
    expect(app.body.app.apiConfig).toMatchObject({ clientId: expect.stringMatching(/^\d+/) });
    expect(app.headers.get('x-appledger-as-of-position')).toBe(created);
    const path = `GET /appledger/v1/applications/${ids.early}`;
    expect((await read(`${path}/state?at=${inside}`)).body).toEqual((await read(`${path}/state?at=${created}`)).body);
    const { diff } = (await read(`${path}:diff?from=${inside}&to=${created}`)).body;
    expect(diff).not.toHaveProperty('fields');
  });

  it('is answered over every protocol', async () => {
    const [{ position, answers }] = steps as [Step];
    const expected = answers[2]?.body.result;
    for (const { protocol, call: ask } of speaking.speakers) {
      const headers = { ...speaking.headers, [AS_OF]: position };
      const outcome = await ask(ManagementService.method.listApps, { projectId: ids.project }, headers);
      expect([protocol, outcome]).toMatchObject([protocol, { answer: { result: expected } }]);
    }
  });

  it.each([
    ['', /must be a time such as/],
    ['yesterday', /must be a time such as/],
    ['2026-11-29', /must be a time such as/],
    ['2026-02-30T00:00:00Z', /must be a time such as/],
    ['-1', /must be a time such as/],
    ['sequence:1', /must be a time such as/],
    ['0, 0', /must be a time such as/],
    ['99999999999999999999', /must be a time such as/],
    ['2200-01-01T00:00:00Z', /must not be ahead \(the time is 20/],
    ['9223372036854775807', /must not be ahead \(the newest position is \d+\)/],
    ['1999-12-31T23:59:59Z', /must not be before the first event, which happened at 20/],
  ])('is refused for %s', async (asOf, text) => {
    for (const request of reads) {
      const { status, body } = await read(request, { [AS_OF]: asOf });
      expect([status, body.code, body.message]).toEqual([400, 3, expect.stringMatching(text)]);
      expect(body.message).toMatch(/^x-appledger-as-of: /);
    }
  });

  it('of what was not there yet is refused like that of what is not there', async () => {
    const apps = `/management/v1/projects/${ids.project}/apps`;
    // The first event of all, before this project: EventStoreDB has had other events before it.
    const { events } = (await call('GET /appledger/v1/events?limit=1')).body;
    const asOf = { [AS_OF]: events[0].position };
    expectRefused(await read(`GET ${apps}/${ids.early}`, asOf), 'QUERY-pCP8P');
    expectRefused(await read(`GET /management/v1/projects/${ids.project}`, asOf), 'COMMAND-3M9sd');
    expect((await read(`POST ${apps}/_search`, asOf)).body).not.toHaveProperty('result');
  });

  it('finds by the names of that time, in pages', async () => {
    const [{ position }] = steps as [Step];
    const path = `POST /management/v1/projects/${ids.project}/apps/_search`;
    const search = (name: string, query = {}) =>
      call(path, {
        body: { query, queries: [{ nameQuery: { name, method: 'TEXT_QUERY_METHOD_CONTAINS_IGNORE_CASE' } }] },
        headers: { [AS_OF]: position },
      });
    expect((await search('EARLIER')).body.result).toMatchObject([{ id: ids.early, name: 'Earlier' }]);
    expect((await search('a', { limit: 1, asc: true, offset: 1 })).body).toMatchObject({
      details: { totalResult: '2' },
      result: [{ id: ids.late }],
    });
  });
});

describe('every call', () => {
  const takesIt = ({ guide }: GuidedCall) => guide.headers?.some(({ name }) => name === AS_OF) ?? false;
  /** The ids that requests name; all of them exist, or existed. */
  const fields = () => ({
    id: ids.project,
    projectId: ids.project,
    appId: ids.late,
    applicationId: ids.late,
    keyId: ids.key,
    webhookId: ids.webhook,
  });

  it('that gets or lists what a client can change takes the header', () => {
    const taking = features.calls.filter(takesIt).map(({ method }) => method.name);
    expect(taking.toSorted()).toEqual([
      'GetAppByID',
      'GetAppKey',
      'GetJwksUri',
      'GetProjectByID',
      'GetWebhook',
      'ListAppChanges',
      'ListAppKeys',
      'ListApps',
      'ListProjectChanges',
      'ListProjects',
      'ListSecrets',
      'ListWebhooks',
    ]);
  });

  it('heeds the header or refuses it, over every protocol, and a refusal changes nothing', async () => {
    const newest = () => call('POST /admin/v1/events/_search', { body: { limit: 1 } });
    const { body: before } = await newest();
    for (const guided of features.calls) {
      const { method } = guided;
      if (!isUnary(method)) continue;
      const [asOf, message] = takesIt(guided)
        ? ['yesterday', /^x-appledger-as-of: must be a time such as/]
        : [steps[0]?.position ?? '', /^x-appledger-as-of: must be left out/];
      for (const { protocol, call: ask } of speaking.speakers) {
        const outcome = await ask(method, fields(), { ...speaking.headers, [AS_OF]: asOf });
        const place = [method.name, protocol];
        expect([...place, outcome]).toMatchObject([...place, { code: 3, message: expect.stringMatching(message) }]);
      }
    }
    expect((await newest()).body).toEqual(before);
  });

  it('that changes something refuses an empty one too: a point that is missing must not be taken for the present', async () => {
    const request = `POST /management/v1/projects/${ids.project}/apps/${ids.late}/_deactivate`;
    const { status, body } = await call(request, { headers: { [AS_OF]: '' }, body: {} });
    expect([status, body.message]).toEqual([400, expect.stringMatching(/^x-appledger-as-of: must be left out/)]);
  });

  it('that streams refuses it, over REST, gRPC and Connect', async () => {
    const streaming = features.calls.filter(({ method }) => !isUnary(method)).map(({ method }) => method.name);
    expect(streaming).toEqual(['WatchEvents']);
    const { url } = speaking.appledger.server;
    const headers = { ...speaking.headers, [AS_OF]: steps[0]?.position ?? '' };
    const refusal = { code: 3, message: expect.stringMatching(/x-appledger-as-of: must be left out/) };
    const watching = { headers: { ...headers, accept: 'text/event-stream' } };
    expect((await call('GET /appledger/v1/events', watching)).body).toMatchObject(refusal);
    const transports = [
      createGrpcTransport({ baseUrl: url }),
      createConnectTransport({ baseUrl: url, httpVersion: '1.1' }),
    ];
    for (const transport of transports) {
      const watched = createClient(EventService, transport).watchEvents({}, { headers });
      await expect(watched[Symbol.asyncIterator]().next()).rejects.toMatchObject(refusal);
    }
  });

  it('the header is documented with the calls that take it', async () => {
    const { paths } = (await call('GET /openapi.json')).body;
    const { parameters } = paths['/management/v1/projects/{projectId}/apps/{appId}'].get;
    expect(parameters).toContainEqual(expect.objectContaining({ name: AS_OF, in: 'header' }));
    expect(JSON.stringify(paths['/management/v1/projects/{projectId}/apps/{appId}'].put)).not.toContain(AS_OF);
  });
});
