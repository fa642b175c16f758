import type { DescMessage, DescMethodUnary } from '@bufbuild/protobuf';
import { productVersion } from '#libs/engine/runtime/product-version.js';
import { AUTHENTICATED } from '#libs/registry/access/permissions.js';
import { type CallGuide, callGroups, callGuide } from '#libs/registry/contract/documentation/call-guide.js';
import { POSITION_HEADER, STALE_HEADER } from '#libs/registry/contract/headers.js';
import { contractServices, servedCalls } from '#libs/registry/contract/served-calls.js';
import { compileCall } from '../core/call.js';
import { type RestRule, restRules } from '../protocols/rest/http-rule.js';
import type { Schema } from './json-schema.js';
import { headerParameters, pathParameters, queryParameters } from './parameters.js';
import { errorResponses, errorSchemas } from './responses.js';
import { type Components, Schemas } from './schema.js';
import { answerForm, bodyForm, queryForm } from './schema-forms.js';

const TOKEN = 'bearer';

/** What gRPC and gRPC-web call their requests on the paths of REST, and what their answers are called. */
const requestTypes = ['application/grpc', 'application/grpc-web+proto', 'application/grpc-web-text'];
const answerTypes = ['application/grpc+proto', 'application/grpc-web+proto', 'application/grpc-web-text+proto'];

const about = `Registers clients of an API, and keeps every change of them as an event.

The JSON is protobuf's: names in lowerCamelCase (the original snake_case is taken too), 64-bit integers as strings, enum values by name (a number is taken too), times in RFC 3339. Fields that hold their zero value are left out of answers; unknown fields of requests are ignored. Clients match errors on their ids.`;

/** What the document says of one server. */
export interface Serving {
  /** Where the server is reached; the default fits every page that it serves itself. */
  readonly url?: string;
  /** Prints a token of the development issuer; undefined: another issuer signs the tokens. */
  readonly tokenCommand: string | undefined;
}

/** A server in a checkout, as `npm start` runs it. */
const inCheckout: Serving = { tokenCommand: 'npm run -s token' };

/**
 * What is served over REST as an OpenAPI 3.1 document, generated from the contract's descriptors.
 *
 * @param serving which server it is of; default: one in a checkout
 * @throws Error the contract says something that is not described here
 */
export function openApi({ url = '/', tokenCommand }: Serving = inCheckout): Schema {
  const components: Components = new Map();
  const schemas: DirectedSchemas = {
    answers: new Schemas(answerForm(enumsOf(servedCalls.map(({ input }) => input))), components),
    body: new Schemas(bodyForm, components),
    query: new Schemas(queryForm, components),
  };
  const paths: Record<string, Record<string, Schema>> = {};
  for (const { service, restPrefix } of contractServices) {
    for (const method of servedCalls.filter(({ parent }) => parent === service)) {
      for (const [index, rule] of restRules(method).entries()) {
        const path = restPrefix + pathTemplate(method, rule);
        paths[path] = { ...paths[path], [rule.verb.toLowerCase()]: operation(method, rule, index, schemas) };
      }
    }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Appledger',
      version: productVersion(),
      description: `${about}\n\n${howToGetAToken(tokenCommand)}`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url }],
    tags: Object.entries(callGroups).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { ...errorSchemas, ...schemas.answers.components() },
      parameters: headerParameters,
      securitySchemes: {
        [TOKEN]: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: howToGetAToken(tokenCommand),
        },
      },
    },
  };
}

/** Read in two places: above all calls, and where a token is asked for. */
function howToGetAToken(command: string | undefined): string {
  return command === undefined
    ? 'Calls take a token of the configured issuer.'
    : `Calls take a token. This prints one of the development issuer:\n\n    ${command}\n`;
}

/** The document as text, the same at every run. */
export function openApiText(serving: Serving = inCheckout): string {
  const text = JSON.stringify(
    openApi(serving),
    (_, value) => (typeof value === 'bigint' ? `bigint ${value}` : value),
    2,
  );
  return `${text.replaceAll(/"bigint (-?\d+)"/g, '$1')}\n`;
}

/** What describes messages, by where they stand. */
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

/** OpenAPI names a place in a path by its parameter, which is the field's JSON name. */
function pathTemplate({ input }: DescMethodUnary, { url, pathFields }: RestRule): string {
  return pathFields.reduce((path, { parameter, field: name }) => {
    const field = input.fields.find((candidate) => candidate.name === name);
    return path.replace(`:${parameter}`, `{${field?.jsonName ?? name}}`);
  }, url);
}

function operation(method: DescMethodUnary, rule: RestRule, index: number, schemas: DirectedSchemas): Schema {
  const { permission } = compileCall(method, undefined);
  const guide = guideTo(method);
  const inPath = rule.pathFields.map(({ field }) => field);
  const headers = permission === undefined ? [] : Object.keys(headerParameters);
  return {
    operationId: index === 0 ? method.name : `${method.name}${index + 1}`,
    tags: [guide.group],
    summary: guide.summary,
    description: permissionWords(permission),
    security: permission === undefined ? [] : [{ [TOKEN]: [] }],
    parameters: [
      ...pathParameters(method.input, rule, schemas.query),
      ...(rule.hasBody ? [] : queryParameters(method.input, rule, schemas.query)),
      ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ],
    ...(rule.hasBody && { requestBody: requestBody(method.input, schemas.body.object(method.input, inPath)) }),
    responses: {
      200: {
        description: 'Done.',
        headers: answerHeaders(permission),
        content: {
          'application/json': { schema: schemas.answers.message(method.output) },
          ...(rule.hasBody && framedContent(method.output, answerTypes)),
        },
      },
      ...errorResponses(guide, permission, rule),
    },
  };
}

/** A body without any field may be left out. */
function requestBody(input: DescMessage, schema: Schema): Schema {
  const content = { 'application/json': { schema }, ...framedContent(input, requestTypes) };
  return { ...('required' in schema && { required: true }), content };
}

/** A message as gRPC and gRPC-web frame it; how the call ended stands in trailers or in the last frame. */
function framedContent({ typeName }: DescMessage, types: readonly string[]): Schema {
  const schema = { type: 'string', format: 'binary', description: `A frame with a ${typeName} as protobuf writes it.` };
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function guideTo({ name }: DescMethodUnary): CallGuide {
  const guide = callGuide[name];
  if (guide === undefined)
    throw new Error(`${name} is served: say what it does in libs/registry/contract/documentation/call-guide.ts`);
  return guide;
}

function permissionWords(permission: string | undefined): string {
  if (permission === undefined) return 'Needs no token.';
  if (permission === AUTHENTICATED) return 'Needs a token, and no permission.';
  return `Needs the permission \`${permission}\`.`;
}

function answerHeaders(permission: string | undefined): Schema {
  const text = { type: 'string' };
  return {
    'x-request-id': { description: "The request's id, its own or a new one.", schema: text },
    ...(permission !== undefined && {
      [POSITION_HEADER]: { description: 'Where the events of a write ended.', schema: text },
      [STALE_HEADER]: {
        description: 'On a read that could not wait any longer: how far the documents are that it shows.',
        schema: text,
      },
    }),
  };
}
