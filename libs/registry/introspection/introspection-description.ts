import type { RouteDescription } from '#libs/engine/rpc/openapi/route-description.js';
import { INTROSPECTION_PATH } from '#libs/registry/shared/oauth/introspection-path.js';

const text = { type: 'string' };
const time = { type: 'integer', description: 'Seconds since 1970.' };

const form = {
  type: 'object',
  properties: {
    token: { ...text, description: 'The token that the resource server received.' },
    token_type_hint: { ...text, description: 'Ignored: the type is found without it.' },
    minimal: { ...text, enum: ['true', 'false'], description: '`true`: the answer has active, exp, sub and aud only.' },
    client_id: { ...text, description: 'With client_secret, in place of HTTP Basic.' },
    client_secret: text,
    client_assertion_type: { ...text, enum: ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer'] },
    client_assertion: { ...text, description: 'A JWT that the client has signed with one of its keys (RFC 7523).' },
  },
  required: ['token'],
};

const answer = {
  type: 'object',
  properties: {
    active: {
      type: 'boolean',
      description: 'Whether the token is valid, and names this client or its project in aud.',
    },
    aud: { type: 'array', items: text },
    client_id: text,
    exp: time,
    iat: time,
    iss: text,
    jti: text,
    nbf: time,
    scope: { ...text, description: 'The scopes, separated by blanks.' },
    sub: { ...text, description: "The user's id." },
    token_type: text,
    username: text,
  },
  required: ['active'],
  additionalProperties: {
    description: "ZITADEL's claims of roles and organization, as the token has them: `urn:zitadel:iam:…`.",
  },
};

const error = {
  type: 'object',
  properties: { error: text, error_description: { ...text, description: 'What to change.' } },
  required: ['error'],
};

const failed = (description: string) => ({ description, content: { 'application/json': { schema: error } } });

/** The introspection endpoint (RFC 7662). */
export const introspection: RouteDescription = {
  name: 'OAuth/Introspect',
  verb: 'POST',
  path: INTROSPECTION_PATH,
  operation: {
    operationId: 'Introspect',
    tags: ['Introspection'],
    summary: 'Introspect a token',
    description:
      'The caller is a registered client. It authenticates with HTTP Basic (client id and secret, each form-encoded), with both in the form, or with an assertion that it has signed.',
    security: [{ client: [] }, {}],
    requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: form } } },
    responses: {
      200: {
        description:
          'What the token is worth; `{"active":false}` for every token that is worth nothing to this client.',
        content: { 'application/json': { schema: answer } },
      },
      400: failed('`invalid_request`: a field is missing or is sent twice, or the client authenticates in two ways.'),
      401: failed('`invalid_client`: the client has not authenticated.'),
      413: failed('`invalid_request`: the body is too long.'),
      415: failed('`invalid_request`: the body is no form.'),
      429: failed('`slow_down`: too many failed authentications.'),
      503: failed('`temporarily_unavailable`: whether client and token are valid cannot be known now.'),
    },
  },
  securitySchemes: {
    client: { type: 'http', scheme: 'basic', description: 'The id and the secret of a registered client.' },
  },
};
