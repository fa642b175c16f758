import type { RpcContext } from '#libs/engine/rpc/core/rpc-context.js';
import type { Identity } from '../../access/index.js';

/** What a bound method gets beside its request. */
export type CallContext = RpcContext<Identity>;
