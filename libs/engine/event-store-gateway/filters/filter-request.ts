import { invalidArgument } from '../grpc-errors.js';
import { MAX_FILTER_REQUEST_BYTES } from './filter-limits.js';

/**
 * Parses a request that may hold a filter, unless it is too large: parsing holds up everything else.
 *
 * @param nameBytes bytes of it that are the name of a stream: one long text costs nothing
 * @throws GatewayError it is too large, or its bytes are no message
 */
export function parseFilterRequest<M>(
  type: { deserializeBinary(bytes: Uint8Array): M },
  bytes: Buffer,
  nameBytes = 0,
): M {
  if (bytes.length - nameBytes > MAX_FILTER_REQUEST_BYTES) {
    throw invalidArgument(
      `the request must have at most ${MAX_FILTER_REQUEST_BYTES} bytes (got ${bytes.length}): use fewer or shorter prefixes`,
    );
  }
  try {
    return type.deserializeBinary(bytes);
  } catch {
    throw invalidArgument('the request is no message of this protocol');
  }
}
