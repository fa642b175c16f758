import type { JWTHeaderParameters, JWTPayload } from 'jose';

/** The header `typ` of access tokens (RFC 9068, section 2.1), and of those of issuers that do not state it. */
const ACCESS_TOKEN_TYPES: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];

/** The claim `typ` of Keycloak's tokens that are not access tokens. */
const OTHER_TYPES: readonly unknown[] = ['ID', 'Refresh', 'Offline', 'Logout'];

/** Claims that only ID tokens have: hashes of what was issued with them (OpenID Connect Core, section 3.3.2.11). */
const ID_TOKEN_CLAIMS = ['at_hash', 'c_hash'];

/** The reason why a signed token is not an access token; undefined: it is one, as far as it says. */
export function faultOfType({ typ }: JWTHeaderParameters, claims: JWTPayload): string | undefined {
  const type = typeof typ === 'string' ? typ.toLowerCase() : typ;
  const isOther =
    !ACCESS_TOKEN_TYPES.includes(type) ||
    OTHER_TYPES.includes(claims.typ) ||
    ID_TOKEN_CLAIMS.some((claim) => claims[claim] !== undefined);
  return isOther ? 'it is signed by the issuer, but is not an access token' : undefined;
}
