import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Destinations } from '../support/destinations.js';
import { Webhooks } from '../support/webhooks.js';
import { UpdateWebhookCommand } from './update-webhook.command.js';

@CommandHandler(UpdateWebhookCommand)
export class UpdateWebhookHandler implements ICommandHandler<UpdateWebhookCommand> {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly destinations: Destinations,
  ) {}

  async execute(command: UpdateWebhookCommand): Promise<Details> {
    const { webhookId } = command;
    const destination = await this.destinations.checked(command);
    return this.webhooks.change(command, () => ({ type: 'UpdateWebhook', webhookId, ...destination }));
  }
}
