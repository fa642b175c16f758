import { createHash, timingSafeEqual } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';
import { accessDenied, type GatewayError, notAuthenticated } from './grpc-errors.js';

/** Someone who may use the gateway. */
export interface GatewayUser {
  readonly name: string;
  readonly password: string;
}

/** Who may do what. */
export interface AccessRules {
  /** Whether anything may be written from outside. */
  readonly writable: boolean;
  /** Who may read, and write if that is allowed; empty: whoever can connect. */
  readonly users: readonly GatewayUser[];
}

/** Why a call that reads is refused; undefined: it is not. */
export function readRefusal({ users }: AccessRules, metadata: Metadata): GatewayError | undefined {
  if (users.length === 0) return undefined;
  const authorization = authorizationOf(metadata);
  if (authorization === undefined) return accessDenied();
  return isOneOf(users, authorization) ? undefined : notAuthenticated();
}

/** Why a call that appends or deletes is refused; undefined: it is not. */
export function writeRefusal(rules: AccessRules, metadata: Metadata): GatewayError | undefined {
  return readRefusal(rules, metadata) ?? (rules.writable ? undefined : accessDenied());
}

/** @throws GatewayError the call may not read */
export function assertReadable(rules: AccessRules, metadata: Metadata): void {
  const refusal = readRefusal(rules, metadata);
  if (refusal !== undefined) throw refusal;
}

/** @throws GatewayError the call may not write */
export function assertWritable(rules: AccessRules, metadata: Metadata): void {
  const refusal = writeRefusal(rules, metadata);
  if (refusal !== undefined) throw refusal;
}

/** The text of HTTP's basic authentication (RFC 7617) for a user. */
export function basicAuthorization({ name, password }: GatewayUser): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** What a call says of who makes it; undefined: nothing. */
export function authorizationOf(metadata: Metadata): string | undefined {
  const [authorization] = metadata.get('authorization');
  return authorization === undefined ? undefined : String(authorization);
}

/** The user's name in an authorization; undefined when it has none. */
export function userNameIn(authorization: string): string | undefined {
  return /^(.+?):/s.exec(credentialsIn(authorization) ?? '')?.[1];
}

/** By which credentials are told from others without being kept. */
export function credentialsDigest(authorization: string): string {
  return digest(credentialsIn(authorization) ?? '').toString('base64');
}

/** Whether it is a user's. Every user is compared, and digests rather than texts, so that the time taken tells nothing. */
export function isOneOf(users: readonly GatewayUser[], authorization: string): boolean {
  const credentials = credentialsIn(authorization);
  const given = digest(credentials ?? '');
  let found = false;
  for (const { name, password } of users) {
    if (timingSafeEqual(given, digest(`${name}:${password}`))) found = true;
  }
  return found && credentials !== undefined;
}

/** `name:password`, or whatever else stands in its place. */
function credentialsIn(authorization: string): string | undefined {
  const encoded = /^basic +(\S+)$/i.exec(authorization)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
