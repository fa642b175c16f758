import type { Interaction, ProviderContext } from 'oidc-provider';
import { derivedSecret } from '../derived-secret.js';
import { userOf } from '../development-users.js';
import type { IssuerRecord } from '../issuer-file.js';
import { DEFAULT_LIFETIME_SECONDS } from '../mint-token.js';
import { builtInClients } from './oauth-clients.js';
import { OAUTH_PATHS, signInPath } from './oauth-paths.js';
import { audienceOf, identityClaims, knownScopes, OPENID_SCOPES, profileClaims, type TokenSubject } from './scopes.js';
import { messagePage, type Page, signOutPage } from './sign-in-page.js';

/** The only resource: whatever the audience of a token is, its form is the same. */
export const RESOURCE = 'urn:appledger:token';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const COOKIE_KEY_BYTES = 32;

/** The facts that the configuration depends on. */
export interface ProviderFacts {
  readonly record: IssuerRecord & { readonly issuer: string; readonly audience: string };
  readonly adapter: (kind: string) => object;
  /** The registered client of this id; undefined: it is a client of the issuer itself. */
  subjectOf(clientId: string, userId: string | undefined): Promise<TokenSubject>;
  /** The grant of a client that needs no consent; undefined: the user is asked. */
  existingGrant(ctx: ProviderContext): Promise<unknown>;
}

/** The token that is about to be signed. */
interface UnsignedToken {
  readonly clientId: string;
  readonly accountId?: string;
  readonly scope?: string;
}

/** The configuration of oidc-provider. */
export function providerConfiguration({ record, adapter, subjectOf, existingGrant }: ProviderFacts) {
  const { issuer, audience } = record;
  return {
    adapter,
    clients: builtInClients(issuer),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [record.privateKey] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'], userinfoSigningAlgValues: ['ES256'] },
    cookies: { keys: [derivedSecret(record, 'cookies', COOKIE_KEY_BYTES).toString('base64url')] },
    routes: {
      authorization: OAUTH_PATHS.authorize,
      token: OAUTH_PATHS.token,
      jwks: OAUTH_PATHS.keys,
      revocation: OAUTH_PATHS.revoke,
      end_session: OAUTH_PATHS.endSession,
      userinfo: OAUTH_PATHS.userinfo,
    },
    discovery: { introspection_endpoint: `${issuer}${OAUTH_PATHS.introspect}` },
    scopes: OPENID_SCOPES,
    claims: { profile: ['name', 'preferred_username'] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    allowOmittingSingleRegisteredRedirectUri: false,
    expiresWithSession: () => false,
    ttl: {
      AccessToken: DEFAULT_LIFETIME_SECONDS,
      ClientCredentials: DEFAULT_LIFETIME_SECONDS,
      IdToken: DEFAULT_LIFETIME_SECONDS,
      AuthorizationCode: MINUTE,
      Interaction: 30 * MINUTE,
      Session: DAY,
      Grant: 30 * DAY,
      RefreshToken: 30 * DAY,
    },
    interactions: { url: (_: ProviderContext, { uid }: Interaction) => signInPath(uid) },
    findAccount: (_: ProviderContext, id: string) => {
      const user = userOf(record, id);
      return user && { accountId: id, claims: async () => profileClaims(user) };
    },
    loadExistingGrant: existingGrant,
    formats: {
      customizers: {
        jwt: async (_: ProviderContext, token: UnsignedToken, { payload }: { payload: Record<string, unknown> }) => {
          const subject = await subjectOf(token.clientId, token.accountId);
          payload.aud = audienceOf(token.scope ?? '', subject, audience);
          Object.assign(payload, identityClaims(subject));
        },
      },
    },
    renderError: async (ctx: ProviderContext, out: { error: string; error_description?: string }) =>
      answerPage(ctx, messagePage('This cannot be done', `${out.error}: ${out.error_description ?? ''}`)),
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      introspection: { enabled: false }, // a route of its own, which knows the registered clients
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: mayRevoke },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => RESOURCE,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (ctx: ProviderContext) => resourceServer(ctx),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (ctx: ProviderContext, form: string) => answerPage(ctx, signOutPage(form)),
        postLogoutSuccessSource: async (ctx: ProviderContext) =>
          answerPage(ctx, messagePage('Signed out', 'You are signed out.')),
      },
    },
  };
}

/** Access tokens are JWTs, so that this API and introspection accept them. */
export function resourceServer({ oidc: { params, entities } }: ProviderContext) {
  const { AuthorizationCode: code, RefreshToken: refreshToken } = entities;
  return {
    scope: knownScopes([params.scope, code?.scope, refreshToken?.scope]),
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  };
}

/** A client revokes its own tokens only. */
function mayRevoke(_: ProviderContext, client: { clientId: string }, token: { clientId: string }): boolean {
  return client.clientId === token.clientId;
}

function answerPage(ctx: ProviderContext, { html, policy }: Page): void {
  ctx.type = 'html';
  ctx.set('content-security-policy', policy);
  ctx.body = html;
}
