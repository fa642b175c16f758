import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Webhooks } from '../support/webhooks.js';
import { PauseWebhookCommand } from './pause-webhook.command.js';

@CommandHandler(PauseWebhookCommand)
export class PauseWebhookHandler implements ICommandHandler<PauseWebhookCommand> {
  constructor(private readonly webhooks: Webhooks) {}

  execute(command: PauseWebhookCommand): Promise<Details> {
    const { webhookId, reason } = command;
    return this.webhooks.change(command, () => ({ type: 'PauseWebhook', webhookId, reason }));
  }
}
