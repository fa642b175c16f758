import type { DocumentedSignIn } from '#libs/engine/rpc/edge/documentation-routes.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { DOCS_CLIENT } from './development-issuer/oauth/oauth-clients.js';
import { OAUTH_PATHS } from './development-issuer/oauth/oauth-paths.js';
import { API_SCOPE } from './development-issuer/oauth/scopes.js';
import { fetchDiscovery } from './issuer-discovery.js';

const TRY_AGAIN_AFTER_MS = 10_000;

/** How users sign in at the development issuer: the paths and scopes of ZITADEL's reference documentation. */
export const developmentSignIn: DocumentedSignIn = {
  clientId: DOCS_CLIENT,
  flow: {
    authorizationUrl: OAUTH_PATHS.authorize,
    tokenUrl: OAUTH_PATHS.token,
    scopes: { openid: 'Who the user is', [API_SCOPE]: 'Access to this API' },
  },
};

/**
 * How users sign in at the configured issuer. Its endpoints are in its discovery document, which is fetched when they
 * are first asked for; while it cannot be fetched, the answer is undefined.
 */
export function signInAt(configuration: Configuration, log: Log): () => Promise<DocumentedSignIn | undefined> {
  const { issuer } = configuration;
  if (issuer === undefined) return async () => developmentSignIn;
  let found: Promise<DocumentedSignIn | undefined> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (found === undefined && performance.now() < failedAt + TRY_AGAIN_AFTER_MS) return undefined;
    found ??= discovered(issuer, configuration);
    try {
      return await found;
    } catch (error) {
      found = undefined;
      failedAt = performance.now();
      log.warn({ issuer, reason: messageOf(error) }, 'the documentation cannot say how users sign in');
      return undefined;
    }
  };
}

async function discovered(
  issuer: string,
  { docsClientId, docsScopes }: Configuration,
): Promise<DocumentedSignIn | undefined> {
  const { authorization_endpoint: authorizationUrl, token_endpoint: tokenUrl } = await fetchDiscovery(issuer);
  if (!isUrl(authorizationUrl) || !isUrl(tokenUrl)) return undefined; // it has no such flow
  const scopes = Object.fromEntries(docsScopes.split(' ').map((scope) => [scope, '']));
  return { clientId: docsClientId, flow: { authorizationUrl, tokenUrl, scopes } };
}

function isUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value);
}
