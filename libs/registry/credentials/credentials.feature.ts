import type { Feature } from '#libs/registry/shared/features/feature.js';
import { AssertionAudiences } from './assertion-audiences.js';
import { ClientAssertions } from './client-assertions.js';
import { ClientAuthentication } from './client-authentication.js';
import { ClientAuthenticator } from './client-authenticator.js';
import { ClientDirectory } from './client-directory.js';
import { CredentialUsage } from './credential-usage.js';
import { FailedAuthentications } from './failed-authentications.js';
import { LastUsed } from './last-used.js';

/** The credentials by which clients authenticate: whether they are valid, and when they were last used. */
export const credentialsFeature: Feature = {
  name: 'credentials',
  providers: [
    AssertionAudiences,
    ClientAssertions,
    ClientAuthenticator,
    ClientDirectory,
    FailedAuthentications,
    CredentialUsage,
    { provide: ClientAuthentication, useExisting: ClientAuthenticator },
    { provide: LastUsed, useExisting: CredentialUsage },
  ],
};
