import { randomUUID } from 'node:crypto';
import { PauseWebhookCommand } from './commands/pause-webhook/pause-webhook.command.js';

/** The user that the event names as its editor: no person has caused it. */
const EDITOR = 'appledger';

/**
 * The command with which the server itself pauses a webhook. It is refused with WEBHOOK-Pa3sd where the webhook is paused
 * already, and with WEBHOOK-Nf4kd where it has been removed.
 *
 * @param webhook its id, and the organization that owns it
 */
export function automaticPause(
  { id: webhookId, resourceOwner }: { readonly id: string; readonly resourceOwner: string },
  reason: 'gone' | 'failing',
): PauseWebhookCommand {
  const causationId = randomUUID();
  const context = {
    resourceOwner,
    editor: { user: EDITOR },
    correlationId: causationId,
    causationId,
    everywhere: true,
  };
  return new PauseWebhookCommand({ webhookId }, context, reason);
}
