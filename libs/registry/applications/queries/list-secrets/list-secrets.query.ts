import { ListSecretsRequestSchema } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { ClientDocument } from '../../projections/clients/clients.document.js';

/** Lists the secrets of an API client. */
export class ListSecretsQuery extends queryFrom(ListSecretsRequestSchema, 'applicationId')<ClientSecrets> {}

/** A client with its secrets, what is known of their use, and the time by which their states are told. */
export interface ClientSecrets {
  readonly client: ClientDocument;
  /** In milliseconds since 1970, by the ids of the secrets. */
  readonly lastUsed: ReadonlyMap<string, number>;
  /** In milliseconds since 1970. */
  readonly now: number;
}
