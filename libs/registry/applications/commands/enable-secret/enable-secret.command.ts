import { EnableSecretRequestSchema } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Enables a disabled secret of an API client again. */
export class EnableSecretCommand extends commandFrom(EnableSecretRequestSchema, 'applicationId', 'secretId')<Details> {}
