import { AS_OF_HEADER, AS_OF_POSITION_HEADER, POSITION_HEADER, STALE_HEADER } from '#libs/registry/contract/headers.js';
import type { AsOf } from '../past/as-of.js';
import type { ReadContext } from '../queries/read-context.js';
import type { CallContext } from './call-context.js';

/** The context of a query, from its request. */
export function readContext({ identity: { organization }, header, setHeader }: CallContext): ReadContext {
  const text = header(AS_OF_HEADER);
  return {
    organization,
    atLeast: positionOf(header(POSITION_HEADER)),
    onStale: (position) => setHeader(STALE_HEADER, position.toString()),
    ...(text !== undefined && { asOf: asOf(text, setHeader) }),
  };
}

/** An answer that is made in several steps is of the newest of their positions. */
function asOf(text: string, setHeader: CallContext['setHeader']): AsOf {
  let newest: bigint | undefined;
  return {
    text,
    tell: (position) => {
      if (newest !== undefined && position < newest) return;
      newest = position;
      setHeader(AS_OF_POSITION_HEADER, position.toString());
    },
  };
}

/** The header has been checked with the request. */
function positionOf(text: string | undefined): bigint | undefined {
  return text === undefined ? undefined : BigInt(text);
}
