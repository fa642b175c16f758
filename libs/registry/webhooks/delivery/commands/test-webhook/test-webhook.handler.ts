import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import { EventFeed } from '#libs/registry/feed/index.js';
import { messageOfEvent } from '../../sending/event-message.js';
import type { LoggedAttempt } from '../../state/attempt-log.js';
import { WebhookSender } from '../../webhook-sender.js';
import { WebhookAccess } from '../support/webhook-access.js';
import { testEvent } from './test-event.js';
import { TestWebhookCommand } from './test-webhook.command.js';

@CommandHandler(TestWebhookCommand)
export class TestWebhookHandler implements ICommandHandler<TestWebhookCommand> {
  constructor(
    private readonly access: WebhookAccess,
    private readonly sender: WebhookSender,
    private readonly feed: EventFeed,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ webhookId, context }: TestWebhookCommand): Promise<LoggedAttempt> {
    const target = await this.access.target(webhookId, context.reader);
    const { identity } = await this.feed.log();
    const webhook = { id: webhookId, organization: target.selection.organization };
    const envelope = testEvent(webhook, { identity, now: this.clock() });
    const attempt = await this.sender.send(target, messageOfEvent(envelope), context.abandoned?.());
    const { id: eventId, type, subject } = envelope;
    return { ...attempt, event: { eventId, type, subject, stream: '', revision: '', position: '' }, number: 1 };
  }
}
