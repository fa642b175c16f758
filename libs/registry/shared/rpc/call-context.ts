import type { RpcContext } from '#libs/engine/rpc/core/rpc-context.js';
import type { Identity } from '../../access/index.js';

/** The context of a call, which a bound method gets with the request. */
export type CallContext = RpcContext<Identity>;
