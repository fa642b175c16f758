import { DisableSecretRequestSchema } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Disables a secret of an API client: it is refused until it is enabled again. */
export class DisableSecretCommand extends commandFrom(
  DisableSecretRequestSchema,
  'applicationId',
  'secretId',
  'force',
)<Details> {}
