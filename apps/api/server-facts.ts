import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { productVersion } from '#libs/engine/runtime/product-version.js';
import type { Development } from './development.js';
import type { ServerFacts } from './start-page.js';

const VERSION = productVersion();

/** The facts that `/` answers about this server. @param url at which callers reach it */
export function serverFacts(
  { eventStoreUrl, mongoDbUrl, issuer, debugPort }: Configuration,
  url: string,
  development: Development | undefined,
): ServerFacts {
  return {
    version: VERSION,
    url,
    events: eventStoreUrl === undefined ? 'embedded' : 'EventStoreDB',
    documents: mongoDbUrl === undefined ? 'embedded' : 'MongoDB',
    issuer: development?.issuer.expectations().issuer ?? issuer ?? url,
    servesDebug: debugPort === undefined,
    development: development && {
      project: development.issuer.first.project,
      tokenCommand: development.tokenCommand,
      users: development.issuer.users.map(({ loginName }) => loginName),
    },
  };
}
