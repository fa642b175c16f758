import { metadataStreamOf, streamDescribedBy } from '#libs/engine/event-store/embedded/stream-rules.js';
import type { AccessRules } from './access.js';
import { accessDenied, invalidArgument } from './grpc-errors.js';

/** What EventStoreDB calls everything: the source of reads and of groups that follow all streams. */
export const ALL = '$all';

/**
 * Refuses appends that EventStoreDB refuses by the stream's name: the metadata of the stream without a name; and `$all`
 * where it asks who writes, for nobody has the right to. Where it asks nobody it takes `$all` for a name like others.
 *
 * @throws GatewayError
 */
export function assertAppendable({ users }: AccessRules, stream: string): void {
  if (stream === metadataStreamOf('')) throw invalidArgument('$$ would be the metadata of a stream without a name');
  if (users.length > 0 && stream === ALL) throw accessDenied();
}

/**
 * Refuses what EventStoreDB lets nobody delete where it asks who does: `$all`, and metadata alone.
 *
 * @throws GatewayError
 */
export function assertDeletable({ users }: AccessRules, stream: string): void {
  if (users.length > 0 && (stream === ALL || streamDescribedBy(stream) !== undefined)) throw accessDenied();
}
