import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { Webhooks } from '../support/webhooks.js';
import { ResumeWebhookCommand } from './resume-webhook.command.js';

@CommandHandler(ResumeWebhookCommand)
export class ResumeWebhookHandler implements ICommandHandler<ResumeWebhookCommand> {
  constructor(private readonly webhooks: Webhooks) {}

  execute(command: ResumeWebhookCommand): Promise<Details> {
    const { webhookId } = command;
    return this.webhooks.change(command, () => ({ type: 'ResumeWebhook', webhookId }));
  }
}
