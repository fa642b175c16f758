import { ContractError } from '#libs/contract/errors/contract-error.js';
import { POSITION_HEADER, STALE_HEADER } from '#libs/contract/headers.js';
import type { ReadContext } from '#libs/queries/support/read-context.js';
import type { RpcContext } from '#libs/rpc/rpc-context.js';

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
