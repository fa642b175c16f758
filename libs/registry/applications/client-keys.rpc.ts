import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import {
  type AddPublicKeyRequest,
  type GetJwksUriRequest,
  KeyService,
  type RemoveJwksUriRequest,
  type SetJwksUriRequest,
} from '#libs/registry/contract/gen/appledger/v1/keys_pb.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { changedDetails, readDetails } from '#libs/registry/shared/rpc/answers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { commandContext } from '#libs/registry/shared/rpc/command-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { AddPublicKeyCommand } from './commands/add-public-key/add-public-key.command.js';
import { RemoveJwksUriCommand } from './commands/remove-jwks-uri/remove-jwks-uri.command.js';
import { SetJwksUriCommand } from './commands/set-jwks-uri/set-jwks-uri.command.js';
import { expirationOf } from './expiration.js';
import { GetJwksUriQuery } from './queries/get-jwks-uri/get-jwks-uri.query.js';

/** The calls on keys whose private half stays with the owner of the client. */
@Injectable()
@RpcService(KeyService)
export class ClientKeysRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call(KeyService.method.addPublicKey, {
    group: 'Keys',
    summary: 'Register a public key of an application, whose private key stays with the owner of the client',
    errors: ['KEY-Pk7vR', 'COMMAND-sak25', 'COMMAND-Dff54', 'COMMAND-5xP1d'],
  })
  async addPublicKey(request: AddPublicKeyRequest, context: CallContext) {
    const expiresAt = expirationOf(request.expiresAt, 'expiresAt');
    const command = new AddPublicKeyCommand(request, commandContext(context), expiresAt);
    const { details, ...key } = await this.dispatcher.command(command);
    return { ...key, details: changedDetails(details) };
  }

  @Call(KeyService.method.setJwksUri, {
    group: 'Keys',
    summary: 'Set the URL at which the owner of an application publishes its public keys',
    errors: ['KEY-Ju2fB', 'COMMAND-sak25', 'COMMAND-Dff54', 'KEY-Jw3cN'],
  })
  async setJwksUri(request: SetJwksUriRequest, context: CallContext) {
    const details = await this.dispatcher.command(new SetJwksUriCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(KeyService.method.getJwksUri, {
    group: 'Keys',
    summary: 'Read the URL at which the owner of an application publishes its public keys',
    errors: ['COMMAND-sak25', 'KEY-Jw5mX'],
    asOf: true,
  })
  async getJwksUri(request: GetJwksUriRequest, context: CallContext) {
    const { client, lastUsedAt } = await this.dispatcher.query(new GetJwksUriQuery(request, readContext(context)));
    const { jwksUri, clientId = '', details } = client;
    const lastUsed = lastUsedAt === undefined ? {} : { lastUsedAt: timestampFromMs(lastUsedAt) };
    return { jwksUri, clientId, ...lastUsed, details: readDetails(details) };
  }

  @Call(KeyService.method.removeJwksUri, {
    group: 'Keys',
    summary: 'Remove the URL at which the owner of an application publishes its public keys',
    errors: ['COMMAND-sak25', 'KEY-Jw5mX'],
  })
  async removeJwksUri(request: RemoveJwksUriRequest, context: CallContext) {
    const details = await this.dispatcher.command(new RemoveJwksUriCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }
}
