import type { Claims } from './issued-token.js';

/** 9999-12-31T23:59:59Z, the last time that has an ISO 8601 date, in seconds since 1970. */
const LAST_TIME_SECONDS = 253_402_300_799;

const TIME_CLAIMS = ['iat', 'nbf', 'exp'] as const;

/**
 * The fault of the times in a token that jose does not find when it checks `nbf` and `exp`; undefined: none. RFC 7519
 * permits fractions of a second.
 *
 * @param now in milliseconds since 1970
 * @param toleranceSeconds the most by which the issuer's clock may differ from ours
 */
export function faultOfTimes(claims: Claims, now: number, toleranceSeconds: number): string | undefined {
  const wrong = TIME_CLAIMS.find((claim) => claims[claim] !== undefined && !isTime(claims[claim]));
  if (wrong !== undefined) return `the claim ${wrong} must be a number of seconds from 0 to ${LAST_TIME_SECONDS}`;
  const { iat = 0 } = claims;
  return iat > now / 1000 + toleranceSeconds ? 'the claim iat lies in the future' : undefined;
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= LAST_TIME_SECONDS;
}
