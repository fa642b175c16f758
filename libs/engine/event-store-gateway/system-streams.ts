import { metadataStreamOf, streamDescribedBy } from '#libs/engine/event-store/embedded/stream-rules.js';
import type { AccessRules } from './access.js';
import { accessDenied, invalidArgument } from './grpc-errors.js';

/** EventStoreDB's name for the stream of all events. */
export const ALL = '$all';

/**
 * Rejects streams that EventStoreDB does not append to: the metadata stream of the empty name and, if there is
 * authentication, `$all`. Without authentication EventStoreDB treats `$all` like any other stream name here.
 *
 * @throws GatewayError
 */
export function assertAppendable({ users }: AccessRules, stream: string): void {
  if (stream === metadataStreamOf('')) throw invalidArgument('$$ would be the metadata stream of an empty stream name');
  if (users.length > 0 && stream === ALL) throw accessDenied();
}

/**
 * Rejects streams that nobody may delete in EventStoreDB if there is authentication: `$all`, and metadata streams.
 *
 * @throws GatewayError
 */
export function assertDeletable({ users }: AccessRules, stream: string): void {
  if (users.length > 0 && (stream === ALL || streamDescribedBy(stream) !== undefined)) throw accessDenied();
}
