import { RemoveSecretRequestSchema } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Removes a secret of an API client permanently. */
export class RemoveSecretCommand extends commandFrom(
  RemoveSecretRequestSchema,
  'applicationId',
  'secretId',
  'force',
)<Details> {}
