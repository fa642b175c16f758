import {
  type Webhook,
  WebhookPauseReason,
  WebhookState,
} from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import { textTable, timeText } from '../calls/text-table.js';

/** Webhooks, one in a row. */
export function webhookTable(webhooks: readonly Webhook[]): readonly string[] {
  if (webhooks.length === 0) return ['there is no webhook'];
  const rows = webhooks.map((webhook) => [webhook.webhookId, stateText(webhook), scopeText(webhook), webhook.url]);
  return textTable([['webhook', 'state', 'events of', 'url'], ...rows]);
}

/** All that is known of a webhook. */
export function webhookLines(webhook: Webhook | undefined): readonly string[] {
  if (webhook === undefined) return [];
  const { webhookId, url, types, from, pausedAt, secrets, details } = webhook;
  const since = pausedAt === undefined ? '' : ` since ${timeText(pausedAt)}`;
  const named = (text: string) => text.padEnd('events of'.length);
  return [
    `${named('webhook')}  ${webhookId}`,
    `${named('url')}  ${url}`,
    `${named('state')}  ${stateText(webhook)}${since}`,
    `${named('events of')}  ${scopeText(webhook)}`,
    `${named('types')}  ${types.length === 0 ? 'all' : types.join(', ')}`,
    `${named('from')}  ${from}`,
    `${named('added')}  ${timeText(details?.creationDate)}`,
    '',
    ...textTable([
      ['secret', 'created', 'ends'],
      ...secrets.map(({ secretId, createdAt, expiresAt }) => [secretId, timeText(createdAt), timeText(expiresAt)]),
    ]),
  ];
}

function stateText({ state, pauseReason }: Webhook): string {
  const text = WebhookState[state].toLowerCase();
  return state === WebhookState.PAUSED ? `${text} (${WebhookPauseReason[pauseReason].toLowerCase()})` : text;
}

function scopeText({ allOrganizations, projectId, details }: Webhook): string {
  if (allOrganizations) return 'all organizations';
  return projectId === '' ? `organization ${details?.resourceOwner}` : `project ${projectId}`;
}
