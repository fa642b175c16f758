import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { StoredDeliveries } from '../../stored-deliveries.js';
import { WebhookAccess } from '../support/webhook-access.js';
import { RedeliverAllCommand } from './redeliver-all.command.js';

@CommandHandler(RedeliverAllCommand)
export class RedeliverAllHandler implements ICommandHandler<RedeliverAllCommand> {
  constructor(
    private readonly access: WebhookAccess,
    private readonly stored: StoredDeliveries,
  ) {}

  async execute({ webhookId, context }: RedeliverAllCommand): Promise<number> {
    await this.access.check(webhookId, context.reader);
    return this.stored.releaseAll(webhookId);
  }
}
