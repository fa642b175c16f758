import { type CryptoKey, type JWTPayload, SignJWT } from 'jose';

/** An HTTP answer. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every form
  readonly body: any;
  readonly headers: Headers;
}

/** The optional parts of a call. */
export interface CallOptions {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is text, as JSON otherwise. */
  readonly body?: unknown;
}

/** Calls the server over HTTP. */
export async function call(base: string, request: string, options: CallOptions = {}): Promise<Answer> {
  const [method, path] = request.split(' ') as [string, string];
  const { token, headers, body } = options;
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** The development issuer's file in the data folder. */
export interface Development {
  readonly issuer: string;
  readonly audience: string;
  readonly organization: string;
  readonly user: string;
  readonly project: string;
  readonly kid: string;
  readonly key: CryptoKey;
  readonly publicJwk: object;
}

/** A role and the organizations in which it is granted, as in a token's claims. */
export type Roles = Readonly<Record<string, readonly string[]>>;

/** Signs a token with the development issuer's key, with replaced claims. */
export async function sign(development: Development, claims: JWTPayload = {}, kid = development.kid): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    iss: development.issuer,
    aud: development.audience,
    sub: development.user,
    iat: now,
    exp: now + 600,
    'urn:zitadel:iam:user:resourceowner:id': development.organization,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid })
    .sign(development.key);
}

/** A token whose bearer holds these roles. */
export async function tokenWith(development: Development, roles: Roles, claims: JWTPayload = {}): Promise<string> {
  return sign(development, { 'urn:zitadel:iam:org:project:roles': rolesClaim(roles), ...claims });
}

/** Roles in the form in which ZITADEL writes them into a token: role → organization → domain. */
export function rolesClaim(roles: Roles): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(roles).map(([role, organizations]) => [
      role,
      Object.fromEntries(organizations.map((id) => [id, 'org.localhost'])),
    ]),
  );
}
