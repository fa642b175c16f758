import { Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import {
  type AddSecretRequest,
  type DisableSecretRequest,
  type EnableSecretRequest,
  type ListSecretsRequest,
  type RemoveSecretRequest,
  SecretService,
} from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { changedDetails, readDetails } from '#libs/registry/shared/rpc/answers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { commandContext } from '#libs/registry/shared/rpc/command-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { AddSecretCommand } from './commands/add-secret/add-secret.command.js';
import { DisableSecretCommand } from './commands/disable-secret/disable-secret.command.js';
import { EnableSecretCommand } from './commands/enable-secret/enable-secret.command.js';
import { RemoveSecretCommand } from './commands/remove-secret/remove-secret.command.js';
import { expirationOf } from './expiration.js';
import { ListSecretsQuery } from './queries/list-secrets/list-secrets.query.js';
import { secretMessage } from './secret-messages.js';

/** The calls on the secrets of applications. */
@Injectable()
@RpcService(SecretService)
export class SecretsRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call(SecretService.method.addSecret, {
    group: 'Secrets',
    summary: 'Add a secret to an API application; the answer contains it, and it cannot be read again',
    errors: [
      'SECRET-Bf9zK',
      'SECRET-3qLt8',
      'SECRET-Hs2vd',
      'COMMAND-7gKw2',
      'SECRET-Ex2pD',
      'SECRET-Nm4tA',
      'SECRET-Fu11s',
    ],
  })
  async addSecret(request: AddSecretRequest, context: CallContext) {
    const expiresAt = expirationOf(request.expiresAt, 'expiresAt');
    const command = new AddSecretCommand(request, commandContext(context), expiresAt);
    const { details, ...secret } = await this.dispatcher.command(command);
    return { ...secret, details: changedDetails(details) };
  }

  @Call(SecretService.method.listSecrets, {
    group: 'Secrets',
    summary: 'List the secrets of an API application, without the secrets themselves',
    errors: ['SECRET-3qLt8'],
    asOf: true,
  })
  async listSecrets(request: ListSecretsRequest, context: CallContext) {
    const query = new ListSecretsQuery(request, readContext(context));
    const { client, lastUsed, now } = await this.dispatcher.query(query);
    const { clientId = '', projectId, secrets, details } = client;
    const result = secrets.map((secret) => secretMessage(secret, lastUsed.get(secret.secretId), now));
    return { result, clientId, projectId, details: readDetails(details) };
  }

  @Call(SecretService.method.disableSecret, {
    group: 'Secrets',
    summary: 'Disable a secret of an API application',
    errors: ['SECRET-3qLt8', 'SECRET-w3Lq7', 'SECRET-Ds4bL', 'SECRET-Us3dR'],
  })
  async disableSecret(request: DisableSecretRequest, context: CallContext) {
    const details = await this.dispatcher.command(new DisableSecretCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(SecretService.method.enableSecret, {
    group: 'Secrets',
    summary: 'Enable a disabled secret of an API application again',
    errors: ['SECRET-3qLt8', 'SECRET-w3Lq7', 'SECRET-En5bL'],
  })
  async enableSecret(request: EnableSecretRequest, context: CallContext) {
    const details = await this.dispatcher.command(new EnableSecretCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }

  @Call(SecretService.method.removeSecret, {
    group: 'Secrets',
    summary: 'Remove a secret of an API application permanently',
    errors: ['SECRET-3qLt8', 'SECRET-w3Lq7', 'SECRET-Us3dR'],
  })
  async removeSecret(request: RemoveSecretRequest, context: CallContext) {
    const details = await this.dispatcher.command(new RemoveSecretCommand(request, commandContext(context)));
    return { details: changedDetails(details) };
  }
}
