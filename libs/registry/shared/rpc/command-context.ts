import type { RpcContext } from '#libs/engine/rpc/core/rpc-context.js';
import { POSITION_HEADER } from '#libs/registry/contract/headers.js';
import type { CommandContext } from '../commands/command-context.js';

/** What the events of a command will say of the request that it came by. */
export function commandContext(context: RpcContext): CommandContext {
  const { caller, organization, requestId, correlationId, traceparent, deadline } = context;
  return {
    organization,
    editor: { user: caller.user, ...(caller.client === undefined ? {} : { client: caller.client }) },
    correlationId,
    causationId: requestId,
    abandoned: () => context.abandoned(),
    onAppended: (position) => context.setHeader(POSITION_HEADER, position.toString()),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(deadline === undefined ? {} : { deadline }),
  };
}
