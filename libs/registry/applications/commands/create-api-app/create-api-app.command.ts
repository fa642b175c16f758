import { Command } from '@nestjs/cqrs';
import { APIAuthMethodType } from '@zitadel/proto/zitadel/app_pb.js';
import { AddAPIAppRequestSchema } from '@zitadel/proto/zitadel/management_pb.js';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { Details } from '#libs/registry/shared/commands/details.js';

/** Registers an API application ("client") in a project. */
export class CreateApiAppCommand extends Command<CreatedApiApp> {
  @FollowsContract(AddAPIAppRequestSchema, 'projectId')
  readonly projectId: string;

  @FollowsContract(AddAPIAppRequestSchema, 'name')
  readonly name: string;

  @FollowsContract(AddAPIAppRequestSchema, 'authMethodType')
  readonly authMethodType: APIAuthMethodType;

  constructor(
    request: Pick<CreateApiAppCommand, 'projectId' | 'name' | 'authMethodType'>,
    readonly context: CommandContext,
  ) {
    super();
    this.projectId = request.projectId;
    this.name = request.name;
    this.authMethodType = request.authMethodType;
  }
}

/** A client that has just been registered. */
export interface CreatedApiApp {
  readonly appId: string;
  readonly clientId: string;
  /** Shown this once; undefined for a client that signs its assertions. */
  readonly clientSecret: string | undefined;
  readonly details: Details;
}
