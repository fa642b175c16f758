import { createPrivateKey } from 'node:crypto';
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { type Development, rolesClaim, sign } from './api.js';
import type { Appledger } from './appledger.js';

/** A registered client with a secret. */
export interface SecretClient {
  readonly appId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A registered client with a key. */
export interface KeyClient {
  readonly appId: string;
  readonly clientId: string;
  readonly keyId: string;
  /** The private key, as PEM. */
  readonly key: string;
}

/** The answer of an OAuth endpoint. */
export interface OAuthAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every form
  readonly body: any;
}

export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let created = 0;

/** Registers a client with a secret. */
export async function secretClient(appledger: Appledger, projectId?: string): Promise<SecretClient> {
  created += 1;
  return (await appledger.createApp({ name: `Resource server ${created}` }, projectId)).body;
}

/** Registers a client with a key. */
export async function keyClient(appledger: Appledger): Promise<KeyClient> {
  created += 1;
  const authMethodType = 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT';
  const { appId } = (await appledger.createApp({ name: `Signer ${created}`, authMethodType })).body;
  const { body } = await appledger.app('POST', appId, '/keys', { type: 'KEY_TYPE_JSON' });
  return JSON.parse(Buffer.from(body.keyDetails, 'base64').toString());
}

/** The header of a client that authenticates with HTTP Basic. */
export function basic(clientId: string, secret: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` };
}

export const basicOf = ({ clientId, clientSecret }: SecretClient) => basic(clientId, clientSecret);

/** The form fields of a client that authenticates with an assertion. */
export function assertionFields(client_assertion: string): Record<string, string> {
  return { client_assertion_type: JWT_BEARER, client_assertion };
}

/** Signs an assertion as ZITADEL's clients do: without `jti`, for exactly one hour. */
export async function assertion(
  { clientId, keyId, key }: KeyClient,
  audience: string,
  claims: JWTPayload = {},
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: clientId, sub: clientId, aud: audience, iat: now, exp: now + 3600, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: keyId, ...header })
    .sign(createPrivateKey(key));
}

/** A token of the development issuer for these audiences. */
export async function tokenFor(development: Development, aud: string | string[], claims: JWTPayload = {}) {
  const { organization } = development;
  const roles = { 'urn:zitadel:iam:org:project:roles': rolesClaim({ ORG_OWNER: [organization] }) };
  return sign(development, { aud, client_id: 'portal', jti: 'j1', scope: 'openid profile', ...roles, ...claims });
}

/** Sends a form, or a text as it is, to an OAuth endpoint. */
export async function postForm(
  url: string,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<OAuthAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** Introspects at a server. */
export function introspectAt(server: { readonly url: string }) {
  return (form: Record<string, string> | string, headers?: Record<string, string>) =>
    postForm(`${server.url}/oauth/v2/introspect`, form, headers);
}
