import { GetJwksUriRequestSchema } from '#libs/registry/contract/gen/appledger/v1/keys_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { ClientDocument } from '../../projections/clients/clients.document.js';

/** Reads the URL at which the owner of a client publishes its public keys. */
export class GetJwksUriQuery extends queryFrom(GetJwksUriRequestSchema, 'applicationId')<PublishedAt> {}

/** A client that has such a URL, and the last use of a key that is published there. */
export interface PublishedAt {
  readonly client: ClientDocument & { readonly jwksUri: string };
  /** In milliseconds since 1970; undefined: no use is known. */
  readonly lastUsedAt: number | undefined;
}
