import type { JWTPayload } from 'jose';
import { ORGANIZATION_CLAIM } from '../../claims.js';
import type { DevelopmentUser } from '../development-users.js';
import { roleClaims } from '../mint-token.js';

/** Scopes as ZITADEL defines them (zitadel.com/docs/apis/openidoauth/scopes). */
const PROJECT_AUDIENCE = /^urn:zitadel:iam:org:project:id:(\d{1,20}):aud$/;

/** The scope with which a token is accepted by this API. */
export const API_SCOPE = 'urn:zitadel:iam:org:project:id:zitadel:aud';

/** The scopes that OpenID Connect defines. */
export const OPENID_SCOPES = ['openid', 'profile', 'offline_access'] as const;

const KNOWN = new Set<string>([...OPENID_SCOPES, API_SCOPE]);

/** The known ones of several scopes, each once; others are ignored, as RFC 6749, section 3.3, permits. */
export function knownScopes(texts: readonly (string | undefined)[]): string {
  const scopes = texts.flatMap((text) => text?.split(' ') ?? []);
  return [...new Set(scopes)].filter((scope) => KNOWN.has(scope) || PROJECT_AUDIENCE.test(scope)).join(' ');
}

/** The facts that decide on the claims of an access token. */
export interface TokenSubject {
  readonly clientId: string;
  /** The project of a registered client. */
  readonly projectId?: string | undefined;
  /** The organization of a registered client. */
  readonly organization?: string | undefined;
  /** undefined: the client acts for itself. */
  readonly user?: DevelopmentUser | undefined;
}

/**
 * The audience of an access token: the client and its project, the projects that scopes name, and this API if its scope
 * was asked for.
 *
 * @param apiAudience the audience that this API expects
 */
export function audienceOf(
  scope: string,
  { clientId, projectId }: TokenSubject,
  apiAudience: string,
): readonly string[] {
  const scopes = scope.split(' ');
  const named = scopes.flatMap((text) => PROJECT_AUDIENCE.exec(text)?.[1] ?? []);
  const own = projectId === undefined ? [clientId] : [clientId, projectId];
  return [...new Set([...own, ...named, ...(scopes.includes(API_SCOPE) ? [apiAudience] : [])])];
}

/** The claims of an access token about its user: organization and roles. A client that acts for itself has no roles. */
export function identityClaims({ user, organization }: TokenSubject): JWTPayload {
  if (user !== undefined) {
    return { [ORGANIZATION_CLAIM]: user.organization, ...roleClaims({ roles: user.roles }, user.organization) };
  }
  return organization === undefined ? {} : { [ORGANIZATION_CLAIM]: organization };
}

/** The claims of a user in ID tokens and from the userinfo endpoint. */
export function profileClaims({ id, displayName, loginName }: DevelopmentUser): JWTPayload {
  return { sub: id, name: displayName, preferred_username: loginName };
}
