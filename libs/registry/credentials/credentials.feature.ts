import type { Feature } from '#libs/registry/shared/features/feature.js';
import { AssertionAudiences } from './assertion-audiences.js';
import { ClientAssertions } from './client-assertions.js';
import { CLIENT_AUTHENTICATION } from './client-authentication.js';
import { ClientAuthenticator } from './client-authenticator.js';
import { ClientDirectory } from './client-directory.js';
import { FailedAuthentications } from './failed-authentications.js';

/** Credentials: how API clients prove who they are. */
export const credentialsFeature: Feature = {
  name: 'credentials',
  providers: [
    AssertionAudiences,
    ClientAssertions,
    ClientAuthenticator,
    ClientDirectory,
    FailedAuthentications,
    { provide: CLIENT_AUTHENTICATION, useExisting: ClientAuthenticator },
  ],
};
