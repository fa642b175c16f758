import { unreachable } from '#libs/engine/kernel/unreachable.js';
import type { WebhookEvent } from './webhook.events.js';
import { isLiveWebhook, type LiveWebhook, replacedSecrets, type WebhookState } from './webhook.state.js';

/** The state of a webhook after an event. */
export function evolveWebhook(state: WebhookState, event: WebhookEvent): WebhookState {
  switch (event.type) {
    case 'WebhookAdded': {
      const { url, types, projectId, allOrganizations, secretId, keyId } = event.data;
      return { status: 'active', url, types, projectId, allOrganizations, secrets: [{ secretId, keyId }] };
    }
    case 'WebhookChanged': {
      const { webhookId: _, ...changed } = event.data;
      return { ...live(state, event), ...changed };
    }
    case 'WebhookPaused':
      return { ...live(state, event), status: 'paused', reason: event.data.reason };
    case 'WebhookResumed': {
      const { url, types, projectId, allOrganizations, secrets } = live(state, event);
      return { status: 'active', url, types, projectId, allOrganizations, secrets };
    }
    case 'WebhookSecretRotated': {
      const { secretId, keyId, formerUntil } = event.data;
      const webhook = live(state, event);
      return { ...webhook, secrets: replacedSecrets(webhook.secrets, { secretId, keyId }, formerUntil) };
    }
    case 'WebhookRemoved':
      return live(state, event) && { status: 'removed' };
    default:
      return unreachable(event);
  }
}

/** @throws Error the webhook does not exist: an event is missing before this one */
function live(state: WebhookState, { type }: WebhookEvent): LiveWebhook {
  if (isLiveWebhook(state)) return state;
  throw new Error(`${type} ${state.status === 'absent' ? 'before WebhookAdded' : 'after WebhookRemoved'}`);
}
