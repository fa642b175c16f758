import type { Feature } from '#libs/registry/shared/features/feature.js';
import { CredentialUsage } from './credential-usage.js';
import { LastUsed } from './last-used.js';

/** The credentials by which clients authenticate: when they were last used. */
export const credentialsFeature: Feature = {
  name: 'credentials',
  providers: [CredentialUsage, { provide: LastUsed, useExisting: CredentialUsage }],
};
