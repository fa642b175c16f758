import type { Delivery } from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import {
  DeliveryFilter,
  DeliveryState,
  WebhookDeliveryService,
} from '#libs/registry/contract/gen/appledger/v1/webhook_deliveries_pb.js';
import { answered } from '../calls/answered.js';
import { textTable, timeText } from '../calls/text-table.js';
import { UsageError } from '../usage-error.js';
import type { WebhookOperation } from './webhook-operation.js';

const { testWebhook, replayWebhook, listDeliveries, redeliverDelivery, redeliverAll } = WebhookDeliveryService.method;

const WEBHOOK = 'the id of a webhook';

/** The values of --only. */
const FILTERS: Readonly<Record<string, DeliveryFilter>> = {
  failing: DeliveryFilter.FAILING,
  parked: DeliveryFilter.PARKED,
};

const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;

/** The operations on the deliveries to webhooks. */
export const deliveryOperations: Readonly<Record<string, WebhookOperation>> = {
  test: {
    takes: [],
    names: WEBHOOK,
    async run(server, webhookId) {
      const answer = await server.call(testWebhook, { webhookId });
      const { delivery } = answer;
      const ok = delivery?.state === DeliveryState.DELIVERED;
      return { ...answered(testWebhook.output, answer, ...(delivery === undefined ? [] : testLines(delivery))), ok };
    },
  },
  replay: {
    takes: ['from', 'to', 'type'],
    names: WEBHOOK,
    async run(server, webhookId, { from = '', to = '', type: types = [] }) {
      const answer = await server.call(replayWebhook, { webhookId, from, to, types: [...types] });
      return answered(replayWebhook.output, answer, `replay ${answer.replayId} has begun: see webhooks deliveries`);
    },
  },
  deliveries: {
    takes: ['only', 'limit'],
    names: WEBHOOK,
    async run(server, webhookId, { only, limit = '100' }) {
      const filter = only === undefined ? DeliveryFilter.ALL : FILTERS[only];
      if (filter === undefined) throw new UsageError(`--only takes failing or parked (got ${JSON.stringify(only)})`);
      if (!/^[1-9]\d{0,3}$/.test(limit)) throw new UsageError(`--limit takes a number up to 1000 (got ${limit})`);
      const answer = await server.call(listDeliveries, { webhookId, filter, limit: Number(limit) });
      return answered(listDeliveries.output, answer, ...deliveryTable(answer.result));
    },
  },
  redeliver: {
    takes: ['event'],
    names: WEBHOOK,
    async run(server, webhookId, { event: eventId }) {
      if (eventId === undefined) {
        const answer = await server.call(redeliverAll, { webhookId });
        const text = `everything that was parked is tried now: the events of ${answer.released} applications`;
        return answered(redeliverAll.output, answer, text);
      }
      const answer = await server.call(redeliverDelivery, { webhookId, eventId });
      return answered(redeliverDelivery.output, answer, `event ${eventId} is sent once more`);
    },
  },
};

function testLines({ status, reason, answer, ...delivery }: Delivery): readonly string[] {
  const outcome = reason === '' ? `delivered: the receiver answers ${status}` : `failed: ${reason}`;
  return [`${outcome} (${durationText(delivery)})`, ...(answer === '' ? [] : [answer])];
}

function deliveryTable(deliveries: readonly Delivery[]): readonly string[] {
  if (deliveries.length === 0) return ['there is none'];
  const rows = deliveries.map((delivery) => [
    timeText(delivery.attemptedAt),
    DeliveryState[delivery.state].toLowerCase(),
    delivery.status === 0 ? '' : String(delivery.status),
    durationText(delivery),
    delivery.type,
    delivery.subject,
    delivery.eventId,
    delivery.reason,
  ]);
  return textTable([['attempt', 'state', 'status', 'took', 'type', 'subject', 'event', 'why'], ...rows]);
}

function durationText({ duration }: Pick<Delivery, 'duration'>): string {
  const { seconds = 0n, nanos = 0 } = duration ?? {};
  return `${Number(seconds) * MS_PER_SECOND + Math.round(nanos / NANOS_PER_MS)} ms`;
}
