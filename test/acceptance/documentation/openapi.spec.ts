import { openApi } from '#libs/engine/rpc/openapi/openapi.js';
import { apiDescription } from '#libs/registry/contract/documentation/api-description.js';
import { features } from '#libs/registry/features.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';
import { overHttp1 } from '../../support/wire.js';

// biome-ignore lint/suspicious/noExplicitAny: the document is read without types, as its readers do
const document: any = openApi(apiDescription(features));
const TOO_LARGE = Buffer.alloc(66_000, ' ');

interface Operation {
  readonly name: string;
  readonly verb: string;
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly told: any;
}

/** Routes that are no calls of a contract have specs of their own. */
const calls: ReadonlySet<string> = new Set(features.calls.map(({ method }) => method.name));

const operations: readonly Operation[] = Object.entries(document.paths)
  .flatMap(([path, verbs]) =>
    Object.entries(verbs as object).map(([verb, told]) => ({
      name: told.operationId,
      verb: verb.toUpperCase(),
      path,
      told,
    })),
  )
  .filter(({ name }) => calls.has(name));

let appledger: Appledger;
let app: string;
beforeAll(async () => {
  appledger = await startAppledger();
  app = (await appledger.createApp({ name: 'Described' })).body.appId;
});
afterAll(cleanUp);

/** The path of an operation, with ids of existing things where there are any. */
function pathOf({ path }: Operation): string {
  const { project } = appledger.development;
  const isProject = path.includes('/projects/{id}');
  return path
    .replace('{projectId}', project)
    .replace('{appId}', app)
    .replace('{id}', isProject ? project : app);
}

function follow(schema: { readonly $ref?: string }): Record<string, unknown> {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : document.components.schemas[name];
}

/** The schema of a field in an operation's query string or body. */
function field({ told }: Operation, ...path: readonly string[]): Record<string, unknown> | undefined {
  const inQuery = told.parameters?.find(({ name }: { name: string }) => name === path.join('.'));
  if (inQuery !== undefined) return inQuery.schema;
  const body = told.requestBody?.content['application/json']?.schema;
  return path.reduce((schema, name) => schema && follow(Object(schema).properties?.[name]), body);
}

/** Lists of what belongs to an application or a webhook, of which there is none here. */
const OF_WHAT_IS_NOT_THERE = ['ListApplicationHistory', 'ListWebhookHistory'];
const withLimit = operations.filter((operation) => field(operation, 'query', 'limit') !== undefined);
const withConditions = operations.filter(({ name }) => ['ListApps', 'ListProjects'].includes(name));
const table = (some: readonly Operation[]) => some.map((operation) => [operation.name, operation] as const);

describe('the OpenAPI document', () => {
  it.each(table(withLimit))('states the limit of %s', async (_, operation) => {
    const { maximum, default: usual } = field(operation, 'query', 'limit') as { maximum: number; default: number };
    expect([maximum, usual]).toEqual([1_000, 100]);
    const ask = (limit: number) => {
      const request = `${operation.verb} ${pathOf(operation)}`;
      return operation.told.requestBody === undefined
        ? appledger.call(`${request}?query.limit=${limit}&since=1d`) // some lists require a time
        : appledger.call(request, { body: { query: { limit } } });
    };
    expect((await ask(maximum)).status).toBe(OF_WHAT_IS_NOT_THERE.includes(operation.name) ? 404 : 200);
    expect((await ask(maximum + 1)).status).toBe(400);
  });

  it.each(table(withConditions))('states how many conditions %s accepts', async (_, operation) => {
    const { maxItems } = field(operation, 'queries') as { maxItems: number };
    expect(maxItems).toBe(30);
    const ask = (count: number) => {
      const queries = Array.from({ length: count }, () => ({ nameQuery: { name: 'x' } }));
      return appledger.call(`${operation.verb} ${pathOf(operation)}`, { body: { queries } });
    };
    expect((await ask(maxItems)).status).toBe(200);
    expect((await ask(maxItems + 1)).status).toBe(400);
  });

  it.each(table(operations))('states whether the body of %s can be too large', async (_, operation) => {
    const { status } = await overHttp1(appledger.server.url, {
      path: pathOf(operation),
      method: operation.verb,
      headers: { 'content-type': 'application/json' },
      body: TOO_LARGE,
    });
    expect(status === 413).toBe(operation.told.responses[413] !== undefined);
  });

  it.each(table(operations.filter(({ told }) => told.requestBody !== undefined)))(
    'states whether %s needs a body',
    async (_, operation) => {
      const { body } = await appledger.call(`${operation.verb} ${pathOf(operation)}`);
      const isFieldMissing =
        body.code === 3 && (body.details.length === 0 || !operation.path.startsWith('/appledger/'));
      expect(isFieldMissing).toBe(operation.told.requestBody.required === true);
    },
  );

  it.each([
    ['x-zitadel-orgid', '', 200],
    ['x-zitadel-orgid', 'x'.repeat(201), 400],
    ['x-zitadel-orgid', 'ü', 400],
    ['x-appledger-position', '0', 200],
    ['x-appledger-position', '', 400],
    ['x-appledger-position', '-1', 400],
    ['x-appledger-position', '1'.repeat(20), 400],
  ])('describes the header %s with the value %j', async (name, value, status) => {
    const { pattern, maxLength } = Object.values<{ name: string; schema: { pattern: string; maxLength?: number } }>(
      document.components.parameters,
    ).find((parameter) => parameter.name === name)?.schema ?? { pattern: '' };
    const fits = new RegExp(pattern).test(value) && value.length <= (maxLength ?? value.length);
    expect(fits).toBe(status === 200);
    for (const request of ['POST /management/v1/projects/_search', 'POST /management/v1/projects/1/_deactivate']) {
      const answer = await appledger.call(request, { headers: { [name]: value }, body: {} });
      expect(answer.body.code === 3).toBe(!fits);
    }
  });

  it('is right that changes of missing projects and applications answer 404', async () => {
    for (const path of ['projects/1/changes/_search', 'projects/1/apps/1/changes/_search']) {
      expect((await appledger.call(`POST /management/v1/${path}`)).status).toBe(404);
    }
  });

  it('lists the content types that a path accepts', async () => {
    const described = document.paths['/management/v1/projects/_search'].post;
    for (const type of Object.keys(described.requestBody.content)) {
      const isText = type.endsWith('text');
      const body = type.endsWith('json') ? '{}' : isText ? 'AAAAAAA=' : Buffer.alloc(5);
      const answer = await fetch(`${appledger.server.url}/management/v1/projects/_search`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect(Object.keys(described.responses[200].content)).toContain(answer.headers.get('content-type'));
    }
  });

  it('describes an exceeded deadline', async () => {
    const { status } = await appledger.call('GET /management/v1/healthz', { headers: { 'grpc-timeout': '0n' } });
    expect(status).toBe(504);
    expect(operations.filter(({ told }) => told.responses[504] === undefined)).toEqual([]);
  });

  it('describes retry-after', () => {
    for (const { told } of operations)
      expect(told.responses[429].headers['retry-after'].schema).toEqual({ type: 'integer', minimum: 1 });
  });
});
