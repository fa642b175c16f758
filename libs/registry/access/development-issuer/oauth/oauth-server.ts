import { randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { ProviderContext } from 'oidc-provider';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { userOf } from '../development-users.js';
import type { IssuerRecord } from '../issuer-file.js';
import { machineUserOfAssertion } from '../machine-user-key.js';
import { GrantStore } from './grant-store.js';
import { loadProvider } from './load-provider.js';
import { DOCS_CLIENT, isAllowedRedirect, JWT_BEARER, type RegisteredClients } from './oauth-clients.js';
import { OAUTH_PATHS } from './oauth-paths.js';
import { providerAdapter } from './provider-adapter.js';
import { providerConfiguration, RESOURCE, resourceServer } from './provider-configuration.js';
import { knownScopes, type TokenSubject } from './scopes.js';

const HANDOVER_SECRET_BYTES = 32;

/** What the OAuth server of the development issuer is made of. */
export interface OAuthParts {
  readonly record: IssuerRecord & { readonly issuer: string; readonly audience: string };
  readonly clients: RegisteredClients;
  readonly records: RecordStore;
  /** The path of the machine user's key. */
  readonly machineKey: string;
  /** The URLs by which browsers reach this server. */
  readonly ownUrls: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The provider, and what its routes need beside it. */
export interface OAuthServer {
  readonly provider: Provider;
  readonly isSessionNotFound: (error: unknown) => boolean;
  readonly handoverSecret: string;
}

/** Loads and configures oidc-provider. Servers with the same issuer file and read model are one OAuth server. */
export async function openOAuthServer(parts: OAuthParts): Promise<OAuthServer> {
  const { record, clients, records, ownUrls, clock, log } = parts;
  const { default: OidcProvider, errors } = await loadProvider(log);
  const handoverSecret = randomBytes(HANDOVER_SECRET_BYTES).toString('base64url');
  const grants = new GrantStore(records, clock);
  const provider: Provider = new OidcProvider(
    record.issuer,
    providerConfiguration({
      record,
      adapter: providerAdapter({ grants, clients, handoverSecret, errors }),
      subjectOf: (clientId, userId) => subjectOf(parts, clientId, userId),
      existingGrant: (ctx) => existingGrant(provider, ctx),
    }),
  );
  provider.proxy = true; // the routes set the forwarded scheme, and drop what callers send
  const { prototype } = provider.Client;
  prototype.redirectUriAllowed = function (uri) {
    return isAllowedRedirect(this.clientId, uri, ownUrls);
  };
  prototype.postLogoutRedirectUriAllowed = prototype.redirectUriAllowed;
  provider.registerGrantType(JWT_BEARER, (ctx) => grantByAssertion(provider, errors, parts, ctx), [
    'assertion',
    'scope',
  ]);
  provider.on('server_error', ({ path }, err) => log.error({ err, path }, 'the development issuer failed'));
  return { provider, handoverSecret, isSessionNotFound: (error) => error instanceof errors.SessionNotFound };
}

async function subjectOf(
  { record, clients }: OAuthParts,
  clientId: string,
  userId: string | undefined,
): Promise<TokenSubject> {
  const client = await clients.find(clientId);
  return {
    clientId,
    projectId: client?.projectId,
    organization: client?.organization,
    user: userId === undefined ? undefined : userOf(record, userId),
  };
}

/** The grant that the user has given; `/docs` is part of this server, and needs none. */
async function existingGrant(provider: Provider, { oidc }: ProviderContext) {
  const { client, session, params, result } = oidc;
  const id = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const given = id === undefined ? undefined : await provider.Grant.find(id);
  const isOfUser = given?.accountId === session.accountId;
  if (client.clientId !== DOCS_CLIENT) return isOfUser ? given : undefined;
  const grant =
    isOfUser && given !== undefined
      ? given
      : new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  const scope = knownScopes([params.scope]);
  grant.addOIDCScope(scope);
  grant.addResourceScope(RESOURCE, scope);
  await grant.save();
  return grant;
}

/** Answers an access token for the assertion of a machine user (RFC 7523). */
async function grantByAssertion(
  provider: Provider,
  errors: typeof import('oidc-provider').errors,
  { record, machineKey, clock }: OAuthParts,
  ctx: ProviderContext,
): Promise<void> {
  const { assertion = '', scope } = ctx.oidc.params;
  const audiences = new Set([record.issuer, `${record.issuer}/`, `${record.issuer}${OAUTH_PATHS.token}`]);
  const user = await machineUserOfAssertion(assertion, audiences, record, machineKey, clock).catch((error) => {
    throw new errors.CustomOIDCProviderError('invalid_grant', `the assertion is refused: ${messageOf(error)}`);
  });
  const token = new provider.AccessToken({
    accountId: user.id,
    client: ctx.oidc.client,
    gty: JWT_BEARER,
    scope: knownScopes([scope]) || undefined,
  });
  token.resourceServer = new provider.ResourceServer(RESOURCE, resourceServer(ctx));
  const value = await token.save();
  ctx.body = { access_token: value, token_type: 'Bearer', expires_in: token.expiration, scope: token.scope };
}
