import { decodeJwt, type JWTPayload } from 'jose';

/** How a caller comes to a token that is accepted. */
const GET_ANOTHER = 'give another one with --token or APPLEDGER_TOKEN; of the development issuer: npm run -s token';

/**
 * Why a server may have refused a token, as far as the token itself tells, and what to do. The server does not say it:
 * its answer could be meant for somebody who guesses tokens.
 *
 * @param now in milliseconds
 */
export function tokenAdvice(token: string, now: number): string {
  return `${whatItSays(claimsOf(token), now)}; ${GET_ANOTHER}`;
}

function whatItSays(claims: JWTPayload | undefined, now: number): string {
  if (claims === undefined) return 'it is no JWT, so that only its issuer knows whether it is valid';
  const { exp, nbf, iss, aud } = claims;
  if (exp === undefined) return 'it does not say when it expires';
  if (exp * 1_000 <= now) return `it has expired at ${timeOf(exp)}`;
  if (nbf !== undefined && nbf * 1_000 > now) return `it is not valid before ${timeOf(nbf)}`;
  const from = `it comes from ${iss ?? 'an issuer that it does not name'}, for ${[aud ?? 'nobody'].flat().join(', ')}`;
  return `${from}, and the server takes other issuers, audiences or keys: its log says which at the level debug`;
}

function claimsOf(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

function timeOf(seconds: number): string {
  const time = new Date(seconds * 1_000);
  return Number.isNaN(time.getTime()) ? `${seconds}` : time.toISOString().replace('.000Z', 'Z');
}
