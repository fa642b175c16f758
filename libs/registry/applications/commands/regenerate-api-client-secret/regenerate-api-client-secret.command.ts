import { RegenerateAPIClientSecretRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Replaces the secret of an API client; the former one is no longer accepted. */
export class RegenerateApiClientSecretCommand extends commandFrom(
  RegenerateAPIClientSecretRequestSchema,
  'projectId',
  'appId',
)<RegeneratedSecret> {}

/** The secret that replaces the former one. */
export interface RegeneratedSecret {
  /** Only this answer holds it. */
  readonly clientSecret: string;
  readonly details: Details;
}
