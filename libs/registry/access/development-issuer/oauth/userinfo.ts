import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { ORGANIZATION_CLAIM, ROLES_CLAIM } from '../../claims.js';
import { userOf } from '../development-users.js';
import type { IssuerRecord } from '../issuer-file.js';
import { profileClaims } from './scopes.js';

/** The claims about the user of an access token, or why there are none. */
export type Userinfo = { readonly claims: object } | { readonly fault: string };

/**
 * The claims about the user of an access token (OpenID Connect Core 1.0, section 5.3). oidc-provider answers them for
 * opaque tokens only, and those of this issuer are JWTs.
 *
 * @param authorization the header as received
 */
export async function userinfoOf(
  authorization: string | undefined,
  record: IssuerRecord & { readonly issuer: string },
  keys: JWTVerifyGetKey,
  clock: Clock,
): Promise<Userinfo> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return { fault: 'the authorization header holds no bearer token' };
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['ES256'],
      issuer: record.issuer,
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(clock()),
    });
    const user = userOf(record, payload.sub ?? '');
    const given = [ORGANIZATION_CLAIM, ROLES_CLAIM].filter((name) => payload[name] !== undefined);
    const claims = Object.fromEntries(given.map((name) => [name, payload[name]]));
    return { claims: { sub: payload.sub, ...(user && profileClaims(user)), ...claims } };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}
