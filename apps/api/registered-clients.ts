import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import type { RegisteredClients } from '#libs/registry/access/development-issuer/oauth/oauth-clients.js';
import { applicationsCollection } from '#libs/registry/applications/index.js';
import type { ClientAuthentication } from '#libs/registry/credentials/index.js';

/** The API clients of the registry, as the development issuer needs them: as they are when it asks. */
export function registeredClients(authentication: ClientAuthentication, documents: DocumentReader): RegisteredClients {
  return {
    async find(clientId) {
      const client = await authentication.activeClient(clientId);
      const application = client && (await documents.get(applicationsCollection, client.appId));
      if (client === undefined || application === undefined) return undefined;
      const { name, details } = application;
      return { clientId, name, projectId: client.projectId, organization: details.resourceOwner };
    },
    authenticate: (authorization, form) => authentication.authenticate(authorization, form),
  };
}
