import type { JWTPayload } from 'jose';

/** The most by which the clock of a client may differ from ours. */
export const SKEW_SECONDS = 60;
/** The longest time that an assertion is valid. ZITADEL's own clients use exactly this. */
export const MAX_LIFETIME_SECONDS = 3_600;

const MAX_JTI_CHARACTERS = 255;

/** An assertion that a client has signed. */
export interface VerifiedAssertion {
  readonly clientId: string;
  readonly keyId: string;
  /** With which the signature was verified, as PEM. */
  readonly publicKey: string;
  readonly claims: JWTPayload;
}

/** What an assertion has to name. */
export interface AssertionExpectations {
  /** The client that the request names beside the assertion; undefined: none. */
  readonly named: string | undefined;
  /** The names of this server, of which `aud` must hold one. */
  readonly audiences: ReadonlySet<string>;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** What is wrong with the claims of an assertion (RFC 7523, section 3), and how to correct it; undefined: nothing. */
export function faultOfClaims(claims: JWTPayload, expected: AssertionExpectations): string | undefined {
  return faultOfNames(claims, expected) ?? faultOfTimes(claims, expected.now / 1000) ?? faultOfId(claims);
}

function faultOfNames({ iss, sub, aud }: JWTPayload, { named, audiences }: AssertionExpectations): string | undefined {
  if (iss !== sub) return 'the claims iss and sub of the assertion must both be the client id';
  if (named !== undefined && named !== iss) return 'client_id must be the client that has signed the assertion';
  const isForUs = [aud ?? []].flat().some((audience) => audiences.has(audience));
  return isForUs ? undefined : `the claim aud of the assertion must be one of: ${[...audiences].join(', ')}`;
}

/** @param now in seconds since 1970 */
function faultOfTimes({ exp, nbf, iat }: JWTPayload, now: number): string | undefined {
  if (!isTime(exp)) return 'the claim exp of the assertion must be a number of seconds since 1970';
  if (exp <= now - SKEW_SECONDS) return 'the assertion has expired: see its claim exp, and the clock';
  if (exp > now + MAX_LIFETIME_SECONDS + SKEW_SECONDS) {
    return `the claim exp of the assertion must be at most ${MAX_LIFETIME_SECONDS} seconds ahead`;
  }
  for (const [name, time] of Object.entries({ nbf, iat })) {
    if (time === undefined) continue;
    if (!isTime(time)) return `the claim ${name} of the assertion must be a number of seconds since 1970`;
    if (time > now + SKEW_SECONDS) return `the claim ${name} of the assertion lies in the future: see the clock`;
  }
  return undefined;
}

function faultOfId({ jti }: JWTPayload): string | undefined {
  if (jti === undefined) return undefined;
  const isId = typeof jti === 'string' && jti !== '' && jti.length <= MAX_JTI_CHARACTERS;
  return isId ? undefined : `the claim jti of the assertion must have 1 to ${MAX_JTI_CHARACTERS} characters`;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
