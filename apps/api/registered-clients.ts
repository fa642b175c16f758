import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import type { RegisteredClients } from '#libs/registry/access/development-issuer/oauth/oauth-clients.js';
import { applicationsCollection, oneApplication } from '#libs/registry/applications/index.js';
import type { ClientAuthentication } from '#libs/registry/credentials/index.js';
import { OAuthError } from '#libs/registry/shared/oauth/oauth-error.js';
import type { Freshness } from '#libs/registry/shared/queries/freshness.js';

/** The API clients of the registry, as the development issuer needs them: as they are when it asks. */
export function registeredClients(
  authentication: ClientAuthentication,
  documents: DocumentReader,
  freshness: Freshness,
): RegisteredClients {
  return {
    async find(clientId) {
      const client = await authentication.activeClient(clientId);
      if (client === undefined) return undefined;
      const isCurrent = await freshness.untilCurrent([oneApplication(client.appId)]);
      if (!isCurrent) throw OAuthError.unavailable('the name of the client is not known now: try again');
      const application = await documents.get(applicationsCollection, client.appId);
      if (application === undefined) return undefined;
      const { name, details } = application;
      return { clientId, name, projectId: client.projectId, organization: details.resourceOwner };
    },
    authenticate: (authorization, form) => authentication.authenticate(authorization, form),
  };
}
