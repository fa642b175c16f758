import { credentialService } from '#libs/registry/contract/services.js';
import type { Feature } from '#libs/registry/shared/features/feature.js';
import { AssertionAudiences } from './assertion-audiences.js';
import { ClientAssertions } from './client-assertions.js';
import { ClientAuthentication } from './client-authentication.js';
import { ClientAuthenticator } from './client-authenticator.js';
import { ClientDirectory } from './client-directory.js';
import { ClientKeys } from './client-keys.js';
import { CredentialUsage } from './credential-usage.js';
import { CredentialsRpc } from './credentials.rpc.js';
import { FailedAuthentications } from './failed-authentications.js';
import { LastUsed } from './last-used.js';
import { PublishedKeys } from './published-keys.js';
import { ListUnusedApplicationsHandler } from './queries/list-unused-applications/list-unused-applications.handler.js';

/** The credentials by which clients authenticate: whether they are valid, and when they were last used. */
export const credentialsFeature: Feature = {
  name: 'credentials',
  providers: [
    AssertionAudiences,
    ClientAssertions,
    ClientAuthenticator,
    ClientDirectory,
    ClientKeys,
    FailedAuthentications,
    ListUnusedApplicationsHandler,
    PublishedKeys,
    CredentialUsage,
    { provide: ClientAuthentication, useExisting: ClientAuthenticator },
    { provide: LastUsed, useExisting: CredentialUsage },
  ],
  services: [credentialService],
  calls: [CredentialsRpc],
  groups: { Credentials: 'When the secrets and keys of applications were last used.' },
  fieldExamples: { since: '90d' },
};
