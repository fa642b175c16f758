import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import {
  DeliveryFilter,
  type ListDeliveriesRequest,
  type RedeliverAllRequest,
  type RedeliverDeliveryRequest,
  type ReplayWebhookRequest,
  type TestWebhookRequest,
  WebhookDeliveryService,
} from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { EventFeed, typesNamed } from '#libs/registry/feed/index.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { readsEverywhere, writesEverywhere } from '../../webhook-caller.js';
import { messageOfEvent } from '../sending/event-message.js';
import { WebhookSender } from '../webhook-sender.js';
import { attemptMessage, waitingMessage } from './delivery-messages.js';
import { ReplayRanges } from './replay-range.js';
import { StoredDeliveries } from './stored-deliveries.js';
import { testEvent } from './test-event.js';
import { WebhookAccess } from './webhook-access.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** The calls on deliveries to webhooks. */
@Injectable()
@RpcService(WebhookDeliveryService)
export class WebhookDeliveriesRpc {
  constructor(
    private readonly access: WebhookAccess,
    private readonly stored: StoredDeliveries,
    private readonly ranges: ReplayRanges,
    private readonly sender: WebhookSender,
    private readonly feed: EventFeed,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Call(WebhookDeliveryService.method.testWebhook, {
    group: 'Webhooks',
    summary: 'Send a test event to a webhook, and see what it answers',
    errors: ['WEBHOOK-Nf4kd'],
  })
  async testWebhook({ webhookId }: TestWebhookRequest, context: CallContext) {
    const target = await this.access.target(webhookId, writer(context));
    const { identity } = await this.feed.log();
    const webhook = { id: webhookId, organization: target.selection.organization };
    const envelope = testEvent(webhook, { identity, now: this.clock() });
    const attempt = await this.sender.send(target, messageOfEvent(envelope), context.abandoned());
    const { id: eventId, type, subject } = envelope;
    const event = { eventId, type, subject, stream: '', revision: '', position: '' };
    return { delivery: attemptMessage({ ...attempt, event, number: 1 }) };
  }

  @Call(WebhookDeliveryService.method.replayWebhook, {
    group: 'Webhooks',
    summary: 'Send events of the past to a webhook again',
    errors: ['WEBHOOK-Nf4kd', 'WEBHOOK-Rp4rg', 'WEBHOOK-Rp6mx', 'FEED-w4Kp2', 'FEED-h7Rz9'],
  })
  async replayWebhook({ webhookId, from, to, types }: ReplayWebhookRequest, context: CallContext) {
    await this.access.check(webhookId, writer(context));
    const selected = typesNamed(types, this.publicEvents);
    const range = await this.ranges.of({ from, to }, context.abandoned());
    return { replayId: await this.stored.replay(webhookId, range, selected) };
  }

  @Call(WebhookDeliveryService.method.listDeliveries, {
    group: 'Webhooks',
    summary: 'List the newest deliveries to a webhook, or what waits',
    errors: ['WEBHOOK-Nf4kd'],
  })
  async listDeliveries({ webhookId, filter, limit }: ListDeliveriesRequest, context: CallContext) {
    await this.access.check(webhookId, { ...readContext(context), everywhere: readsEverywhere(context) });
    const most = Math.min(limit || DEFAULT_LIMIT, MAX_LIMIT);
    if (filter !== DeliveryFilter.FAILING && filter !== DeliveryFilter.PARKED) {
      return { result: (await this.stored.attempts(webhookId)).slice(0, most).map(attemptMessage) };
    }
    const isParked = filter === DeliveryFilter.PARKED;
    const waiting = (await this.stored.waiting(webhookId)).filter(
      ({ subject }) => (subject.parkedAt !== undefined) === isParked,
    );
    return { result: waiting.slice(0, most).map(({ subject, replay }) => waitingMessage(subject, replay)) };
  }

  @Call(WebhookDeliveryService.method.redeliverDelivery, {
    group: 'Webhooks',
    summary: 'Send an event to a webhook once more',
    errors: ['WEBHOOK-Nf4kd', 'WEBHOOK-Dl7nf'],
  })
  async redeliverDelivery({ webhookId, eventId }: RedeliverDeliveryRequest, context: CallContext) {
    await this.access.check(webhookId, writer(context));
    await this.stored.redeliver(webhookId, eventId);
    return {};
  }

  @Call(WebhookDeliveryService.method.redeliverAll, {
    group: 'Webhooks',
    summary: 'Send everything to a webhook that is parked',
    errors: ['WEBHOOK-Nf4kd'],
  })
  async redeliverAll({ webhookId }: RedeliverAllRequest, context: CallContext) {
    await this.access.check(webhookId, writer(context));
    return { released: await this.stored.releaseAll(webhookId) };
  }
}

function writer(context: CallContext) {
  return { ...readContext(context), everywhere: writesEverywhere(context) };
}
