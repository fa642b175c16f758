import { INTROSPECTION_PATH } from '#libs/registry/shared/oauth/introspection-path.js';
import { TOKEN_PATH } from '#libs/registry/shared/oauth/token-path.js';

/** The paths of the development issuer: those of ZITADEL. */
export const OAUTH_PATHS = {
  authorize: '/oauth/v2/authorize',
  token: TOKEN_PATH,
  keys: '/oauth/v2/keys',
  revoke: '/oauth/v2/revoke',
  introspect: INTROSPECTION_PATH,
  endSession: '/oidc/v1/end_session',
  userinfo: '/oidc/v1/userinfo',
  discovery: '/.well-known/openid-configuration',
  metadata: '/.well-known/oauth-authorization-server',
} as const;

/** The path of the sign-in form of a pending authorization request. */
export function signInPath(uid: string): string {
  return `/oauth/v2/sign-in/${uid}`;
}
