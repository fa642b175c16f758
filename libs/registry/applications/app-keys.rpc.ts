import { Injectable } from '@nestjs/common';
import {
  type AddAppKeyRequest,
  type GetAppKeyRequest,
  type ListAppKeysRequest,
  ManagementService,
  type RemoveAppKeyRequest,
} from '@zitadel/proto/zitadel/management_pb.js';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { changedDetails, createdDetails, listDetails } from '#libs/registry/shared/rpc/answers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { commandContext } from '#libs/registry/shared/rpc/command-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { keyMessage } from './app-messages.js';
import { AddAppKeyCommand } from './commands/add-app-key/add-app-key.command.js';
import { RemoveAppKeyCommand } from './commands/remove-app-key/remove-app-key.command.js';
import { expirationOf } from './expiration.js';
import { GetAppKeyQuery } from './queries/get-app-key/get-app-key.query.js';
import { ListAppKeysQuery } from './queries/list-app-keys/list-app-keys.query.js';

/** The calls on the keys of applications. */
@Injectable()
@RpcService(ManagementService)
export class AppKeysRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call(ManagementService.method.addAppKey, {
    group: 'Keys',
    summary: 'Add a key to an application; the answer contains the private key, which cannot be read again',
    errors: ['COMMAND-sak25', 'COMMAND-Dff54', 'COMMAND-5xP1d'],
  })
  async addAppKey(request: AddAppKeyRequest, context: CallContext) {
    const command = new AddAppKeyCommand(
      request,
      commandContext(context),
      expirationOf(request.expirationDate, 'expirationDate'),
    );
    const { keyId, clientId, privateKey, details } = await this.dispatcher.command(command);
    const file = { type: 'application', keyId, key: privateKey, appId: request.appId, clientId };
    return { id: keyId, keyDetails: Buffer.from(JSON.stringify(file)), details: createdDetails(details) };
  }

  @Call(ManagementService.method.getAppKey, {
    group: 'Keys',
    summary: 'Read a key of an application',
    errors: ['COMMAND-4m77G'],
    asOf: true,
  })
  async getAppKey(request: GetAppKeyRequest, context: CallContext) {
    return { key: keyMessage(await this.dispatcher.query(new GetAppKeyQuery(request, readContext(context)))) };
  }

  @Call(ManagementService.method.listAppKeys, {
    group: 'Keys',
    summary: 'List the keys of an application',
    errors: [],
    asOf: true,
  })
  async listAppKeys(request: ListAppKeysRequest, context: CallContext) {
    const listed = await this.dispatcher.query(new ListAppKeysQuery(request, readContext(context)));
    return { details: listDetails(listed), result: listed.documents.map(keyMessage) };
  }

  @Call(ManagementService.method.removeAppKey, {
    group: 'Keys',
    summary: 'Remove a key of an application',
    errors: ['COMMAND-4m77G'],
  })
  async removeAppKey(request: RemoveAppKeyRequest, context: CallContext) {
    const details = await this.dispatcher.command(new RemoveAppKeyCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }
}
