import { isOfType } from '#libs/engine/events/event-definition.js';
import { WebhookSchema } from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import type { AggregateView } from '#libs/registry/shared/features/aggregate-view.js';
import { refused } from '#libs/registry/shared/refused.js';
import { publicFields } from '#libs/registry/shared/rpc/public-fields.js';
import { webhooksCollection } from './projections/webhooks/webhooks.document.js';
import { webhooksProjection } from './projections/webhooks/webhooks.projection.js';
import { webhookEvents, webhookStream } from './webhook.events.js';
import { webhookRefusals } from './webhook.refusals.js';
import { readsEverywhere } from './webhook-caller.js';
import { webhookMessage } from './webhook-message.js';
import { seesWebhook } from './webhook-visibility.js';

/** A webhook as GetWebhook answers it. */
export const webhookView: AggregateView = {
  aggregateType: 'webhook',
  stream: webhookStream,
  projections: [webhooksProjection],
  fields(documents, id, now) {
    const webhook = documents.of(webhooksCollection).get(id);
    return webhook && publicFields(WebhookSchema, webhookMessage(webhook, now));
  },
  changesByItself(documents, id, now) {
    const { secrets = [] } = documents.of(webhooksCollection).get(id) ?? {};
    const ends = secrets.flatMap(({ until }) => (until === undefined ? [] : [Date.parse(until)]));
    return ends.filter((end) => end > now).toSorted((one, other) => one - other)[0];
  },
  isSeenBy(reader, first) {
    if (!isOfType(first, webhookEvents, 'WebhookAdded')) return false;
    const caller = { organization: reader.organization, everywhere: readsEverywhere({ identity: reader }) };
    return seesWebhook(caller, { ...first.data, resourceOwner: first.meta.resourceOwner });
  },
  missing: () => refused(webhookRefusals, 'WEBHOOK-Nf4kd'),
};
