import { ContractError } from '#libs/contract/errors/contract-error.js';
import type { ReadContext } from '#libs/queries/support/read-context.js';
import type { RpcContext } from '#libs/rpc/rpc-context.js';

/**
 * Where in $all a write ended, in its answer; in a request, what the answer must hold. It lets a client that writes
 * through one node read what it wrote from any other.
 */
export const POSITION_HEADER = 'x-appledger-position';

/** How far the documents are that were answered although they do not hold what was wanted. */
export const STALE_HEADER = 'x-appledger-stale';

/** Positions are not negative and have 64 bits. */
const POSITION = /^\d{1,19}$/;

/** How a query reads, for the request that it came by. @throws ContractError the header holds no position */
export function readContext({ organization, header, setHeader }: RpcContext): ReadContext {
  return {
    organization,
    atLeast: positionOf(header(POSITION_HEADER)),
    onStale: (position) => setHeader(STALE_HEADER, position.toString()),
  };
}

function positionOf(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  if (!POSITION.test(text))
    throw ContractError.invalidField(POSITION_HEADER, 'must be a position as a write answers it');
  return BigInt(text);
}
