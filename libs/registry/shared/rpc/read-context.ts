import { POSITION_HEADER, STALE_HEADER } from '#libs/registry/contract/headers.js';
import type { ReadContext } from '../queries/read-context.js';
import type { CallContext } from './call-context.js';

/** The context of a query, from its request. */
export function readContext({ identity: { organization }, header, setHeader }: CallContext): ReadContext {
  return {
    organization,
    atLeast: positionOf(header(POSITION_HEADER)),
    onStale: (position) => setHeader(STALE_HEADER, position.toString()),
  };
}

/** The header has been checked with the request. */
function positionOf(text: string | undefined): bigint | undefined {
  return text === undefined ? undefined : BigInt(text);
}
