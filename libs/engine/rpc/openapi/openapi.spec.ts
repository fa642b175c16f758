import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { visibleTextPattern } from '#libs/engine/kernel/visible-text.js';
import { apiDescription } from '#libs/registry/contract/documentation/api-description.js';
import { features } from '#libs/registry/features.js';
import { SampleService } from '../../../../test/gen/sample/v1/sample_pb.js';
import { sampleContract } from '../../../../test/support/sample-server.js';
import { isUnary } from '../core/bind.js';
import { openApi, openApiText } from './openapi.js';

const servedCalls = features.calls.map(({ method }) => method);
const operationIds = [
  // A streaming call shares the operation of the unary call on its path.
  ...servedCalls.filter(isUnary).map(({ name }) => name),
  ...features.routes.map(({ operation }) => operation.operationId),
];
/** The sample contract, with the same description for each call. */
const sampleDescription = {
  contract: sampleContract,
  calls: SampleService.methods,
  guide: () => ({ group: 'Health', summary: 'Do it', errors: [] }),
};

// biome-ignore lint/suspicious/noExplicitAny: the spec reads the document like any client, without types
const document: any = openApi(apiDescription(features));

describe('the OpenAPI document', () => {
  it('is valid, and all its references resolve', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(openApiText(apiDescription(features))))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    const resolved: unknown = validator.resolveRefs();
    expect(referencesIn(resolved)).toEqual([]);
    expect(referencesIn(document).length).toBeGreaterThan(0);
  });

  it('contains every served call and route once', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path as object));
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(operationIds.sort());
  });

  it('tells of the main call what the contract says of it', () => {
    const { post } = document.paths['/management/v1/projects/{projectId}/apps/api'];
    expect(post).toMatchObject({
      operationId: 'AddAPIApp',
      description: 'Needs the permission `project.app.write`.',
      security: [{ bearer: [] }],
      parameters: [
        { name: 'projectId', in: 'path', required: true, schema: { type: 'string', minLength: 1, maxLength: 200 } },
        { $ref: '#/components/parameters/organization' },
        { $ref: '#/components/parameters/position' },
        { $ref: '#/components/parameters/reason' },
      ],
    });
    expect(post.requestBody.content['application/json'].schema).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string', pattern: visibleTextPattern(), minLength: 1, maxLength: 200, examples: ['Billing'] },
        authMethodType: {
          anyOf: [{ $ref: '#/components/schemas/zitadel.app.v1.APIAuthMethodType' }, { type: 'null' }],
        },
      },
      required: ['name'],
    });
    expect(Object.keys(post.responses)).toEqual(['200', '400', '401', '403', '409', '413', '429', '500', '503', '504']);
    expect(post.responses[409].description).toContain('V3-DKcYh');
    expect(post.responses[413].description).toContain('65536 bytes');
    expect(post.requestBody.required).toBe(true);
  });

  it('describes the headers of requests', () => {
    const { organization, position } = document.components.parameters;
    expect(organization.schema).toEqual({ type: 'string', maxLength: 200, pattern: '^[!-~]*$' });
    expect(position.schema).toEqual({ type: 'string', pattern: '^[0-9]{1,19}$' });
  });

  it('says that paths with a body accept gRPC and gRPC-web', () => {
    const { post } = document.paths['/management/v1/projects/{projectId}/apps/api'];
    const framed = ['application/grpc', 'application/grpc-web+proto', 'application/grpc-web-text'];
    expect(Object.keys(post.requestBody.content)).toEqual(['application/json', ...framed]);
    expect(Object.keys(post.responses[200].content)).toHaveLength(1 + framed.length);
    const { get } = document.paths['/management/v1/projects/{id}'];
    expect(Object.keys(get.responses[200].content)).toEqual(['application/json']);
  });

  it('shows ids of 18 digits as examples, in paths, bodies and answers', () => {
    const { parameters } = document.paths['/management/v1/projects/{projectId}/apps/{appId}'].get;
    const { id } = document.components.schemas['zitadel.app.v1.App'].properties;
    for (const { examples } of [parameters[0].schema, parameters[1].schema, id]) {
      expect(examples).toEqual([expect.stringMatching(/^\d{18}$/)]);
    }
  });

  it('shows examples that are valid by its own schemas', () => {
    const schemas: Record<string, unknown>[] = [];
    JSON.stringify(document, (_, value) => {
      if (Array.isArray(value?.examples)) schemas.push(value);
      return typeof value === 'bigint' ? `${value}` : value;
    });
    expect(schemas.length).toBeGreaterThan(50);
    for (const { type, pattern = '', maxLength = Number.POSITIVE_INFINITY, examples } of schemas) {
      const [example = ''] = examples as string[];
      expect([type].flat()).toContain('string');
      expect(example).toMatch(new RegExp(pattern as string));
      expect(example.length).toBeLessThanOrEqual(maxLength as number);
    }
  });

  it('groups calls by topic, in the order of the guide', () => {
    expect(document.tags.map(({ name }: { name: string }) => name)).toEqual(Object.keys(features.groups));
    const { post } = document.paths['/management/v1/projects/{projectId}/apps/{appId}/keys'];
    expect(post.tags).toEqual(['Keys']);
  });

  it('contains the version of the product, the address of the server, and how to get a token', () => {
    const url = 'https://clients.example';
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const served: any = openApi(apiDescription(features), { url, tokenCommand: 'docker compose exec api token' });
    expect(served.info.version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
    expect(served.servers).toEqual([{ url }]);
    for (const { description } of [served.info, served.components.securitySchemes.bearer]) {
      expect(description).toMatch(/^ {4}docker compose exec api token$/m);
    }
    expect(JSON.stringify(openApi(apiDescription(features), { tokenCommand: undefined }).info)).toContain(
      'a token of the configured issuer',
    );
  });

  it('requires no token for a public call', () => {
    const { get } = document.paths['/management/v1/healthz'];
    expect([get.security, get.parameters, get.responses[401]]).toEqual([[], [], undefined]);
  });

  it('writes fields of a query string with dots', () => {
    const { post } = document.paths['/management/v1/projects/{projectId}/changes/_search'];
    const inQuery = post.parameters.filter(({ in: place }: { in: string }) => place === 'query');
    expect(Object.keys(post.responses)).toContain('404');
    expect(inQuery.map(({ name }: { name: string }) => name)).toEqual(['query.sequence', 'query.limit', 'query.asc']);
    expect(post.requestBody).toBeUndefined();
  });

  it('describes values in the JSON form of protobuf', () => {
    const { schemas } = document.components;
    expect(schemas['zitadel.v1.ObjectDetails'].properties).toMatchObject({
      sequence: { type: 'string', pattern: '^[0-9]+$' },
      creationDate: { type: 'string', format: 'date-time' },
    });
    expect(schemas['zitadel.app.v1.App'].allOf[0].oneOf).toContainEqual({ required: ['apiConfig'] });
    const [basic, jwt] = ['API_AUTH_METHOD_TYPE_BASIC', 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT'];
    expect(schemas['zitadel.app.v1.APIAuthMethodType'].enum).toEqual([basic, 0, jwt, 1]);
    expect(schemas['zitadel.app.v1.APIAuthMethodType.Answer'].enum).toEqual([basic, jwt]);
  });

  it('describes integers of requests as numbers and as texts, with their limits', () => {
    const { limit, offset } = document.components.schemas['zitadel.v1.ListQuery'].properties;
    expect(limit).toMatchObject({ type: ['integer', 'string', 'null'], minimum: 0, maximum: 1_000, default: 100 });
    const fits = (text: string) => new RegExp(limit.pattern).test(text);
    expect(['0', '9', '999', '1000'].every(fits)).toBe(true);
    expect(['1001', '01', '', '-1', '10000', '1e1'].some(fits)).toBe(false);
    expect(offset.maximum).toBe(2n ** 64n - 1n);
    expect(openApiText(apiDescription(features))).toContain('"maximum": 18446744073709551615');
  });
});

describe('the OpenAPI document of another contract', () => {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const sample: any = openApi({ ...apiDescription(features), ...sampleDescription });

  it('is valid, with the field rules of protovalidate', async () => {
    const text = openApiText({ ...apiDescription(features), ...sampleDescription });
    expect(await new Validator().validate(JSON.parse(text))).toEqual({ valid: true });
    const { parameters } = sample.paths['/sample/v1/greetings/{name}'].get;
    const named = (wanted: string) => parameters.find(({ name }: { name?: string }) => name === wanted);
    expect(named('name').schema).toMatchObject({ minLength: 1, maxLength: 20 });
    expect(named('titles').schema).toMatchObject({ maxItems: 2 });
  });

  it('describes streams as server-sent events, next to the call on the same path', () => {
    const { get } = sample.paths['/sample/v1/numbers'];
    expect(Object.keys(get.responses[200].content)).toEqual(['application/json', 'text/event-stream']);
    const names = get.parameters.map(({ name }: { name?: string }) => name).filter(Boolean);
    expect(names).toEqual(['count', 'pauseMs', 'padding']);
    const { post } = sample.paths['/sample/v1/numbers/_count'];
    expect([Object.keys(post.responses[200].content), post.security]).toEqual([['text/event-stream'], []]);
  });
});

/** The targets of all `$ref` in a document, which may contain cycles once they are resolved. */
function referencesIn(value: unknown, seen = new Set<unknown>()): readonly string[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  return Object.entries(value).flatMap(([key, child]) =>
    key === '$ref' ? [String(child)] : referencesIn(child, seen),
  );
}
