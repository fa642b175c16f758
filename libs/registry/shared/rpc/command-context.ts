import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { POSITION_HEADER } from '#libs/registry/contract/headers.js';
import type { CallContext } from './call-context.js';
import { reasonOf } from './reason-header.js';

/**
 * The context of a command: what its events record about the request.
 *
 * @throws ContractError INVALID_ARGUMENT: the reason in the header cannot be taken
 */
export function commandContext(context: CallContext): CommandContext {
  const { requestId, correlationId, traceparent, deadline } = context;
  const { caller, organization } = context.identity;
  const reason = reasonOf(context);
  return {
    resourceOwner: organization,
    editor: { user: caller.user, ...(caller.client === undefined ? {} : { client: caller.client }) },
    correlationId,
    causationId: requestId,
    abandoned: () => context.abandoned(),
    onAppended: (position) => context.setHeader(POSITION_HEADER, position.toString()),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(reason === undefined ? {} : { reason }),
    ...(deadline === undefined ? {} : { deadline }),
  };
}
