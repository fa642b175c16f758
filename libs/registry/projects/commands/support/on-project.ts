import { Command } from '@nestjs/cqrs';
import { GetProjectByIDRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';

/** A command on a project that is there. The contract has one rule for its id, whatever the call. */
export abstract class OnProject<R> extends Command<R> {
  @FollowsContract(GetProjectByIDRequestSchema, 'id')
  readonly id: string;

  constructor(
    request: { readonly id: string },
    readonly context: CommandContext,
  ) {
    super();
    this.id = request.id;
  }
}
