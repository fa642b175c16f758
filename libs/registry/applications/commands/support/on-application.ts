import { Command } from '@nestjs/cqrs';
import { GetAppByIDRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { ApplicationTarget } from './applications.js';

/** The request for a command on an application. */
export type OnApplicationRequest = Pick<ApplicationTarget, 'projectId' | 'appId'>;

/** A command on an application that is there. The contract has one rule for its ids, whatever the call. */
export abstract class OnApplication<R> extends Command<R> implements ApplicationTarget {
  @FollowsContract(GetAppByIDRequestSchema, 'projectId')
  readonly projectId: string;

  @FollowsContract(GetAppByIDRequestSchema, 'appId')
  readonly appId: string;

  constructor(
    request: OnApplicationRequest,
    readonly context: CommandContext,
  ) {
    super();
    this.projectId = request.projectId;
    this.appId = request.appId;
  }
}
