import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Webhooks } from '../support/webhooks.js';
import { RemoveWebhookCommand } from './remove-webhook.command.js';

@CommandHandler(RemoveWebhookCommand)
export class RemoveWebhookHandler implements ICommandHandler<RemoveWebhookCommand> {
  constructor(private readonly webhooks: Webhooks) {}

  execute(command: RemoveWebhookCommand): Promise<Details> {
    const { webhookId } = command;
    return this.webhooks.change(command, () => ({ type: 'RemoveWebhook', webhookId }));
  }
}
