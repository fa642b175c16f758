import { invalidArgument } from '../grpc-errors.js';
import type { FilterDefinition } from './event-matcher.js';
import { MAX_FILTER_REQUEST_BYTES } from './filter-limits.js';

/** The generated message class of an expression, the same in ReadReq and CreateReq. */
interface Expression {
  getPrefixList(): string[];
  getRegex(): string;
}

/**
 * Reads FilterOptions, which ReadReq and CreateReq have alike.
 *
 * @throws GatewayError the filter has no expression
 */
export function filterDefinitionOf(filter: {
  getStreamIdentifier(): Expression | undefined;
  getEventType(): Expression | undefined;
}): FilterDefinition {
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  if (expression === undefined) throw invalidArgument('the filter must be on stream names or on event types');
  return {
    of: byStream === undefined ? 'type' : 'stream',
    prefixes: expression.getPrefixList(),
    regex: expression.getRegex(),
  };
}

/**
 * Parses a request that may hold a filter, after checking its size, because parsing blocks the event loop.
 *
 * @param nameBytes size of the stream name in the request, which is exempt: one long string parses fast
 * @throws GatewayError the request is too large or malformed
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
    throw invalidArgument('the request is not a valid message');
  }
}
