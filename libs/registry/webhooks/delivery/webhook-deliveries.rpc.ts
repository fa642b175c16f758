import { Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import {
  type ListDeliveriesRequest,
  type RedeliverAllRequest,
  type RedeliverDeliveryRequest,
  type ReplayWebhookRequest,
  type TestWebhookRequest,
  WebhookDeliveryService,
} from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { Call } from '#libs/registry/shared/features/call.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { commandContext } from '#libs/registry/shared/rpc/command-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { readsEverywhere, writesEverywhere } from '../webhook-caller.js';
import type { DeliveryContext } from '../webhook-context.js';
import { RedeliverAllCommand } from './commands/redeliver-all/redeliver-all.command.js';
import { RedeliverDeliveryCommand } from './commands/redeliver-delivery/redeliver-delivery.command.js';
import { ReplayWebhookCommand } from './commands/replay-webhook/replay-webhook.command.js';
import { TestWebhookCommand } from './commands/test-webhook/test-webhook.command.js';
import { attemptMessage, waitingMessage } from './delivery-messages.js';
import { ListDeliveriesQuery } from './queries/list-deliveries/list-deliveries.query.js';

/** The calls on deliveries to webhooks. */
@Injectable()
@RpcService(WebhookDeliveryService)
export class WebhookDeliveriesRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call(WebhookDeliveryService.method.testWebhook, {
    group: 'Webhooks',
    summary: 'Send a test event to a webhook, and see what it answers',
    errors: ['WEBHOOK-Nf4kd'],
  })
  async testWebhook(request: TestWebhookRequest, context: CallContext) {
    const attempt = await this.dispatcher.command(new TestWebhookCommand(request, deliveryContext(context)));
    return { delivery: attemptMessage(attempt) };
  }

  @Call(WebhookDeliveryService.method.replayWebhook, {
    group: 'Webhooks',
    summary: 'Send events of the past to a webhook again',
    errors: ['WEBHOOK-Nf4kd', 'WEBHOOK-Rp4rg', 'WEBHOOK-Rp6mx', 'FEED-w4Kp2', 'FEED-h7Rz9'],
  })
  async replayWebhook(request: ReplayWebhookRequest, context: CallContext) {
    return { replayId: await this.dispatcher.command(new ReplayWebhookCommand(request, deliveryContext(context))) };
  }

  @Call(WebhookDeliveryService.method.listDeliveries, {
    group: 'Webhooks',
    summary: 'List the newest deliveries to a webhook, or what waits',
    errors: ['WEBHOOK-Nf4kd', 'WEBHOOK-Dl2hv'],
  })
  async listDeliveries(request: ListDeliveriesRequest, context: CallContext) {
    const reader = { ...readContext(context), everywhere: readsEverywhere(context) };
    const listed = await this.dispatcher.query(new ListDeliveriesQuery(request, reader));
    if ('attempts' in listed) return { result: listed.attempts.map(attemptMessage) };
    return { result: listed.waiting.map(({ subject, replay }) => waitingMessage(subject, replay)) };
  }

  @Call(WebhookDeliveryService.method.redeliverDelivery, {
    group: 'Webhooks',
    summary: 'Send an event to a webhook once more',
    errors: ['WEBHOOK-Nf4kd', 'WEBHOOK-Dl7nf', 'WEBHOOK-Dl2hv'],
  })
  async redeliverDelivery(request: RedeliverDeliveryRequest, context: CallContext) {
    await this.dispatcher.command(new RedeliverDeliveryCommand(request, deliveryContext(context)));
    return {};
  }

  @Call(WebhookDeliveryService.method.redeliverAll, {
    group: 'Webhooks',
    summary: 'Send everything to a webhook that is parked',
    errors: ['WEBHOOK-Nf4kd'],
  })
  async redeliverAll(request: RedeliverAllRequest, context: CallContext) {
    return { released: await this.dispatcher.command(new RedeliverAllCommand(request, deliveryContext(context))) };
  }
}

function deliveryContext(context: CallContext): DeliveryContext {
  const reader = { ...readContext(context), everywhere: writesEverywhere(context) };
  return { ...commandContext(context), reader };
}
