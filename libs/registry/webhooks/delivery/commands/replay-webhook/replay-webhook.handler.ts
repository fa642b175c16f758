import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { typesNamed } from '#libs/registry/feed/index.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { StoredDeliveries } from '../../stored-deliveries.js';
import { ReplayRanges } from '../support/replay-ranges.js';
import { WebhookAccess } from '../support/webhook-access.js';
import { ReplayWebhookCommand } from './replay-webhook.command.js';

@CommandHandler(ReplayWebhookCommand)
export class ReplayWebhookHandler implements ICommandHandler<ReplayWebhookCommand> {
  constructor(
    private readonly access: WebhookAccess,
    private readonly ranges: ReplayRanges,
    private readonly stored: StoredDeliveries,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
  ) {}

  async execute({ webhookId, from, to, types, context }: ReplayWebhookCommand): Promise<string> {
    await this.access.check(webhookId, context.reader);
    const selected = typesNamed(types, this.publicEvents);
    return this.stored.replay(webhookId, await this.ranges.of({ from, to }, context.abandoned?.()), selected);
  }
}
