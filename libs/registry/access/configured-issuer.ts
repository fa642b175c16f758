import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { type ClaimNames, zitadelClaims } from './claims.js';
import type { TokenExpectations } from './issued-tokens.js';
import { IssuerDiscovery } from './issuer-discovery.js';
import { issuerIntrospection } from './issuer-introspection.js';
import { issuerKeys } from './issuer-keys.js';

/** The issuer that the configuration names, and what its tokens must be. */
export function configuredIssuer(configuration: Configuration, log: Log): () => TokenExpectations {
  const { issuer = '', audience = '', issuerClientId: clientId, issuerClientSecret: secret } = configuration;
  const discovery = new IssuerDiscovery(issuer, log);
  const ask =
    clientId === undefined || secret === undefined
      ? undefined
      : issuerIntrospection(discovery, { clientId, secret, address: configuration.issuerIntrospectionUrl });
  const expectations = { issuer, audience, keys: issuerKeys(discovery), ask };
  return () => expectations;
}

/** The claims of a caller that the configuration names; those of ZITADEL in tokens of the development issuer. */
export function claimNamesOf(configuration: Configuration): ClaimNames {
  if (configuration.issuer === undefined) return zitadelClaims;
  const { userClaim: user, organizationClaim: organization, rolesClaims: roles, clientClaims: client } = configuration;
  return { user, organization, roles, client };
}
