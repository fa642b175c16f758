import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http2';
import { accessDenied, type GatewayError, notAuthenticated } from './grpc-errors.js';

/** Credentials of a client that may use the gateway. */
export interface GatewayUser {
  readonly name: string;
  readonly password: string;
}

/** Which calls the gateway accepts. */
export interface AccessRules {
  /** Whether clients may write: append, delete, tombstone, and manage persistent subscriptions. */
  readonly writable: boolean;
  /** The users that may read, and write if the gateway is writable; empty: no authentication. */
  readonly users: readonly GatewayUser[];
}

/** The error of a call without read access; undefined if it has access. */
export function readRefusal({ users }: AccessRules, headers: IncomingHttpHeaders): GatewayError | undefined {
  if (users.length === 0) return undefined;
  const authorization = authorizationOf(headers);
  if (authorization === undefined) return accessDenied();
  return isKnownUser(users, authorization) ? undefined : notAuthenticated();
}

/** The error of a call without write access; undefined if it has access. */
export function writeRefusal(rules: AccessRules, headers: IncomingHttpHeaders): GatewayError | undefined {
  return readRefusal(rules, headers) ?? (rules.writable ? undefined : accessDenied());
}

/** @throws GatewayError the call has no read access */
export function assertReadable(rules: AccessRules, headers: IncomingHttpHeaders): void {
  const refusal = readRefusal(rules, headers);
  if (refusal !== undefined) throw refusal;
}

/** @throws GatewayError the call has no write access */
export function assertWritable(rules: AccessRules, headers: IncomingHttpHeaders): void {
  const refusal = writeRefusal(rules, headers);
  if (refusal !== undefined) throw refusal;
}

/** The Authorization header of HTTP basic authentication (RFC 7617). */
export function basicAuthorization({ name, password }: GatewayUser): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** The Authorization header of a call; undefined if there is none. */
export function authorizationOf(headers: IncomingHttpHeaders): string | undefined {
  return headers.authorization;
}

/** The user name in an Authorization header; undefined if there is none. */
export function userNameIn(authorization: string): string | undefined {
  return /^(.+?):/s.exec(credentialsIn(authorization) ?? '')?.[1];
}

/** A digest that identifies credentials without storing them. */
export function credentialsDigest(authorization: string): string {
  return digest(credentialsIn(authorization) ?? '').toString('base64');
}

/**
 * Whether an Authorization header holds the credentials of a user. It compares digests, and always with every user, so
 * that the time taken reveals nothing.
 */
export function isKnownUser(users: readonly GatewayUser[], authorization: string): boolean {
  const credentials = credentialsIn(authorization);
  const given = digest(credentials ?? '');
  let found = false;
  for (const { name, password } of users) {
    if (timingSafeEqual(given, digest(`${name}:${password}`))) found = true;
  }
  return found && credentials !== undefined;
}

/** The decoded credentials, `name:password` if well-formed; undefined if the scheme is not Basic. */
function credentialsIn(authorization: string): string | undefined {
  const encoded = /^basic +(\S+)$/i.exec(authorization)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
