/** The paths of the development issuer: those of ZITADEL. */
export const OAUTH_PATHS = {
  authorize: '/oauth/v2/authorize',
  token: '/oauth/v2/token',
  keys: '/oauth/v2/keys',
  revoke: '/oauth/v2/revoke',
  introspect: '/oauth/v2/introspect',
  endSession: '/oidc/v1/end_session',
  userinfo: '/oidc/v1/userinfo',
  discovery: '/.well-known/openid-configuration',
  metadata: '/.well-known/oauth-authorization-server',
} as const;

/** The path of the sign-in form of a pending authorization request. */
export function signInPath(uid: string): string {
  return `/oauth/v2/sign-in/${uid}`;
}
