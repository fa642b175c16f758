import type { RpcContext } from '#libs/engine/rpc/core/rpc-context.js';
import { POSITION_HEADER, STALE_HEADER } from '#libs/registry/contract/headers.js';
import type { ReadContext } from '../queries/read-context.js';

/** How a query reads, for the request that it came by. */
export function readContext({ organization, header, setHeader }: RpcContext): ReadContext {
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
