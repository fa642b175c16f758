import { Code } from '#libs/engine/errors/code.js';
import type { Refusals } from '#libs/registry/shared/refusals.js';

/** Why a call on deliveries is refused, by the ids that clients match on. */
export const deliveryRefusals = {
  'WEBHOOK-Rp4rg': {
    code: Code.INVALID_ARGUMENT,
    text: 'There is nothing to replay: the replay would end before it begins',
    when: 'replay: no position between from and to',
  },
  'WEBHOOK-Rp6mx': {
    code: Code.FAILED_PRECONDITION,
    text: 'Five replays of the webhook are not finished: wait until one is',
    when: 'replay: too many at once',
  },
  'WEBHOOK-Dl7nf': {
    code: Code.NOT_FOUND,
    text: 'The delivery is not known: it does not wait, and is not among the newest attempts. Replay the webhook instead',
    when: 'redeliver: delivery missing',
  },
  'WEBHOOK-Dl2hv': {
    code: Code.FAILED_PRECONDITION,
    text: 'Another server delivers to webhooks and keeps the attempts: ask that one, which /debug/ready names, for them, or send an event again that waits',
    when: 'list deliveries, redeliver: the attempts are at another server of the same EventStoreDB',
  },
} as const satisfies Refusals;
