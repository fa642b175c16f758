import { SetJwksUriRequestSchema } from '#libs/registry/contract/gen/appledger/v1/keys_pb.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { commandFrom } from '#libs/registry/shared/from-request.js';

/** Sets the URL at which the owner of a client publishes its public keys. */
export class SetJwksUriCommand extends commandFrom(SetJwksUriRequestSchema, 'applicationId', 'jwksUri')<Details> {}
