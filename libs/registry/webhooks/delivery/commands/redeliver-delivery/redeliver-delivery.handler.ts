import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { StoredDeliveries } from '../../stored-deliveries.js';
import { WebhookAccess } from '../support/webhook-access.js';
import { RedeliverDeliveryCommand } from './redeliver-delivery.command.js';

@CommandHandler(RedeliverDeliveryCommand)
export class RedeliverDeliveryHandler implements ICommandHandler<RedeliverDeliveryCommand> {
  constructor(
    private readonly access: WebhookAccess,
    private readonly stored: StoredDeliveries,
  ) {}

  async execute({ webhookId, eventId, context }: RedeliverDeliveryCommand): Promise<void> {
    await this.access.check(webhookId, context.reader);
    await this.stored.redeliver(webhookId, eventId);
  }
}
