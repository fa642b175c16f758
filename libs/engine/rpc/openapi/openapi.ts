import type { DescMessage, DescMethod } from '@bufbuild/protobuf';
import { type RestRule, restRules } from '../protocols/rest/http-rule.js';
import type { ApiDescription } from './api-description.js';
import type { Schema } from './json-schema.js';
import { pathParameters, queryParameters } from './parameters.js';
import { errorResponses, errorSchemas } from './responses.js';
import { openApiPath } from './route-description.js';
import { type Components, Schemas } from './schema.js';
import { answerForm, bodyForm, queryForm } from './schema-forms.js';
import { sharedOperation } from './shared-operation.js';

const TOKEN = 'bearer';
const SIGN_IN = 'oauth2';

/** The content types of gRPC and gRPC-web requests on REST paths, and those of their answers. */
const requestTypes = ['application/grpc', 'application/grpc-web+proto', 'application/grpc-web-text'];
const answerTypes = ['application/grpc+proto', 'application/grpc-web+proto', 'application/grpc-web-text+proto'];

/** The facts about one server in the document. */
export interface Serving {
  /** The server's URL; the default is right for every page that the server itself serves. */
  readonly url?: string;
  /** The command that prints a token of the development issuer; undefined: another issuer signs the tokens. */
  readonly tokenCommand: string | undefined;
  /** How users sign in; undefined: the document does not say it. */
  readonly signIn?: SignIn | undefined;
}

/** The endpoints of the authorization code flow (RFC 6749, section 4.1). */
export interface SignIn {
  /** Like {@link tokenUrl}, a URL, or a path of the server. */
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  /** The scopes that a user of the API asks for, with a description. */
  readonly scopes: Readonly<Record<string, string>>;
}

/** A server that `npm start` runs in a checkout. */
export const inCheckout: Serving = { tokenCommand: 'npm run -s token' };

/**
 * What is served over REST as an OpenAPI 3.1 document, generated from the contract's descriptors.
 *
 * @param api the content that is not in the descriptors
 * @param serving the server; default: a server in a checkout
 * @throws Error the contract uses a feature that cannot be described
 */
export function openApi(api: ApiDescription, { url = '/', tokenCommand, signIn }: Serving = inCheckout): Schema {
  const { contract, calls, requestHeaders } = api;
  const components: Components = new Map();
  const schemas: DirectedSchemas = {
    answers: new Schemas(answerForm(enumsOf(calls.map(({ input }) => input))), api, components),
    body: new Schemas(bodyForm, api, components),
    query: new Schemas(queryForm, api, components),
  };
  const security = [{ [TOKEN]: [] }, ...(signIn === undefined ? [] : [{ [SIGN_IN]: Object.keys(signIn.scopes) }])];
  const paths: Record<string, Record<string, Schema>> = {};
  for (const { service, restPrefix } of contract.services) {
    for (const method of calls.filter(({ parent }) => parent === service)) {
      for (const [index, rule] of restRules(method).entries()) {
        const path = restPrefix + pathTemplate(method, rule);
        const verb = rule.verb.toLowerCase();
        const described = operation(api, method, { rule, index, security }, schemas);
        const sharing = paths[path]?.[verb];
        paths[path] = {
          ...paths[path],
          [verb]: sharing === undefined ? described : sharedOperation(sharing, described),
        };
      }
    }
  }
  for (const { verb, path, operation } of api.routes) {
    paths[openApiPath(path)] = { ...paths[openApiPath(path)], [verb.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: api.title,
      version: api.version,
      description: `${api.about}\n\n${howToGetAToken(tokenCommand)}`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url }],
    tags: Object.entries(api.groups).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { ...errorSchemas(api), ...schemas.answers.components() },
      parameters: requestHeaders,
      securitySchemes: {
        ...(signIn && { [SIGN_IN]: { type: 'oauth2', flows: { authorizationCode: signIn } } }),
        [TOKEN]: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: howToGetAToken(tokenCommand),
        },
        ...Object.assign({}, ...api.routes.map(({ securitySchemes }) => securitySchemes)),
      },
    },
  };
}

/** Shown in two places: above all calls, and where a token is entered. */
function howToGetAToken(command: string | undefined): string {
  return command === undefined
    ? 'Calls take a token of the configured issuer.'
    : `Calls take a token. This prints one of the development issuer:\n\n    ${command}\n`;
}

/** The document as text, the same at every run. */
export function openApiText(api: ApiDescription, serving: Serving = inCheckout): string {
  const text = JSON.stringify(
    openApi(api, serving),
    (_, value) => (typeof value === 'bigint' ? `bigint ${value}` : value),
    2,
  );
  return `${text.replaceAll(/"bigint (-?\d+)"/g, '$1')}\n`;
}

/** One of the paths of a call. */
interface PathOfCall {
  readonly rule: RestRule;
  readonly index: number;
  /** The ways to authenticate, of which a caller chooses one. */
  readonly security: readonly Schema[];
}

/** The schemas of messages, by location. */
interface DirectedSchemas {
  readonly answers: Schemas;
  readonly body: Schemas;
  readonly query: Schemas;
}

/** The names of all enums in messages, at any depth. */
function enumsOf(messages: readonly DescMessage[], seen = new Set<DescMessage>()): ReadonlySet<string> {
  const names = new Set<string>();
  for (const message of messages.filter((candidate) => !seen.has(candidate))) {
    seen.add(message);
    for (const field of message.fields) {
      if (field.enum !== undefined) names.add(field.enum.typeName);
      if (field.message !== undefined) for (const name of enumsOf([field.message], seen)) names.add(name);
    }
  }
  return names;
}

/** A path template of OpenAPI, whose parameters have the JSON names of the fields. */
function pathTemplate({ input }: DescMethod, { url, pathFields }: RestRule): string {
  return pathFields
    .reduce((path, { parameter, field: name }) => {
      const field = input.fields.find((candidate) => candidate.name === name);
      return path.replace(`:${parameter}`, `{${field?.jsonName ?? name}}`);
    }, url)
    .replaceAll('::', ':');
}

function operation(
  api: ApiDescription,
  method: DescMethod,
  { rule, index, security }: PathOfCall,
  schemas: DirectedSchemas,
): Schema {
  const { permission } = api.contract.accessRule(method);
  const guide = api.guide(method);
  const inPath = rule.pathFields.map(({ field }) => field);
  const headers = permission === undefined ? [] : Object.keys(api.requestHeaders);
  return {
    operationId: index === 0 ? method.name : `${method.name}${index + 1}`,
    tags: [guide.group],
    summary: guide.summary,
    description: api.permissionWords(permission),
    security: permission === undefined ? [] : security,
    parameters: [
      ...pathParameters(method.input, rule, schemas.query),
      ...(rule.hasBody ? [] : queryParameters(method.input, rule, schemas.query)),
      ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` })),
      ...(guide.headers ?? []),
    ],
    ...(rule.hasBody && { requestBody: requestBody(method.input, schemas.body.object(method.input, inPath)) }),
    responses: {
      200: {
        description: 'Done.',
        headers: answerHeaders(api, permission),
        content: answerContent(method, rule, schemas.answers.message(method.output)),
      },
      ...errorResponses(api, guide, permission, rule),
    },
  };
}

/** The content of a call's answer: JSON, or server-sent events with JSON. */
function answerContent(method: DescMethod, rule: RestRule, schema: Schema): Schema {
  if (method.methodKind !== 'unary') return { 'text/event-stream': { schema: eventText(schema) } };
  return { 'application/json': { schema }, ...(rule.hasBody && framedContent(method.output, answerTypes)) };
}

/**
 * JSON Schema describes a stream of events as text; `contentSchema` references the schema of the JSON in each event.
 */
function eventText({ $ref }: Schema): Schema {
  const description = 'Server-sent events. The data of each is the JSON of one answer, of the schema `contentSchema`.';
  return { type: 'string', description, contentMediaType: 'application/json', contentSchema: { $ref } };
}

/** The body is optional if no field is required. */
function requestBody(input: DescMessage, schema: Schema): Schema {
  const content = { 'application/json': { schema }, ...framedContent(input, requestTypes) };
  return { ...('required' in schema && { required: true }), content };
}

/** A message framed by gRPC or gRPC-web; the status of the call is in trailers or in the last frame. */
function framedContent({ typeName }: DescMessage, types: readonly string[]): Schema {
  const schema = { type: 'string', format: 'binary', description: `A frame with a ${typeName} as protobuf writes it.` };
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function answerHeaders(api: ApiDescription, permission: string | undefined): Schema {
  return {
    'x-request-id': { description: "The request's id, its own or a new one.", schema: { type: 'string' } },
    ...(permission !== undefined && api.answerHeaders),
  };
}
