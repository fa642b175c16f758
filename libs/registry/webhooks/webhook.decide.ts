import { accept, type Decider, type Decision, refuse } from '#libs/engine/kernel/decider.js';
import { unreachable } from '#libs/engine/kernel/unreachable.js';
import type { PauseReason, WebhookEvent } from './webhook.events.js';
import { evolveWebhook } from './webhook.evolve.js';
import type { WebhookRefusal } from './webhook.refusals.js';
import { activeSecrets, isLiveWebhook, type LiveWebhook, noWebhook, type WebhookState } from './webhook.state.js';

/** The most secrets that sign one delivery. */
export const MAX_ACTIVE_SECRETS = 5;

/** Where deliveries go, and of which types. */
interface Target {
  readonly url: string;
  /** Public names, each at most once; empty: all. */
  readonly types: readonly string[];
}

/** Adds a webhook. What it begins with, its secret and its key come in. */
export interface AddWebhook extends Target {
  readonly type: 'AddWebhook';
  readonly webhookId: string;
  readonly projectId: string | undefined;
  readonly allOrganizations: boolean;
  readonly from: string;
  /** The position that a time or a cursor means, and the identity of its log. */
  readonly after: string | undefined;
  readonly log: string | undefined;
  readonly secretId: string;
  readonly keyId: string;
}

/** Sets where deliveries go, and of which types. */
export interface UpdateWebhook extends Target {
  readonly type: 'UpdateWebhook';
  readonly webhookId: string;
}

/** Ends deliveries until the webhook is resumed. */
export interface PauseWebhook {
  readonly type: 'PauseWebhook';
  readonly webhookId: string;
  readonly reason: PauseReason;
}

/** Lets deliveries continue where they ended, or ends them permanently. */
export interface ChangeWebhookState {
  readonly type: 'ResumeWebhook' | 'RemoveWebhook';
  readonly webhookId: string;
}

/** Signs with a new secret. */
export interface RotateWebhookSecret {
  readonly type: 'RotateWebhookSecret';
  readonly webhookId: string;
  readonly secretId: string;
  readonly keyId: string;
  /** How long the former secrets sign too, in milliseconds. */
  readonly overlapMs: number;
  /** In milliseconds since 1970. */
  readonly now: number;
}

export type WebhookCommand = AddWebhook | UpdateWebhook | PauseWebhook | ChangeWebhookState | RotateWebhookSecret;

type WebhookDecision = Decision<WebhookEvent, WebhookRefusal>;

/** Decides a command on a webhook in this state: the events, or the refusal. */
export function decideWebhook(state: WebhookState, command: WebhookCommand): WebhookDecision {
  if (command.type === 'AddWebhook') return addWebhook(state, command);
  if (!isLiveWebhook(state)) return refuse('WEBHOOK-Nf4kd');
  const { webhookId } = command;
  switch (command.type) {
    case 'UpdateWebhook':
      return updateWebhook(state, command);
    case 'PauseWebhook':
      if (state.status === 'paused') return refuse('WEBHOOK-Pa3sd');
      return accept<WebhookEvent>({ type: 'WebhookPaused', data: { webhookId, reason: command.reason } });
    case 'ResumeWebhook':
      if (state.status !== 'paused') return refuse('WEBHOOK-Ac5tv');
      return accept<WebhookEvent>({ type: 'WebhookResumed', data: { webhookId } });
    case 'RotateWebhookSecret':
      return rotateSecret(state, command);
    case 'RemoveWebhook':
      return accept<WebhookEvent>({ type: 'WebhookRemoved', data: { webhookId } });
    default:
      return unreachable(command);
  }
}

function addWebhook(state: WebhookState, command: AddWebhook): WebhookDecision {
  if (state.status !== 'absent') return refuse('WEBHOOK-Ex2st');
  const { webhookId, url, types, projectId, allOrganizations, from, after, log, secretId, keyId } = command;
  const data = {
    webhookId,
    url,
    types,
    ...(projectId !== undefined && { projectId }),
    allOrganizations,
    from,
    ...(after !== undefined && { after }),
    ...(after !== undefined && log !== undefined && { log }),
    secretId,
    keyId,
  };
  return accept<WebhookEvent>({ type: 'WebhookAdded', data });
}

function updateWebhook(state: LiveWebhook, { webhookId, url, types }: UpdateWebhook): WebhookDecision {
  const changed = {
    ...(url !== state.url && { url }),
    ...(!isSameSet(types, state.types) && { types }),
  };
  if (Object.keys(changed).length === 0) return refuse('WEBHOOK-Nc7hg');
  return accept<WebhookEvent>({ type: 'WebhookChanged', data: { webhookId, ...changed } });
}

function rotateSecret(state: LiveWebhook, command: RotateWebhookSecret): WebhookDecision {
  const { webhookId, secretId, keyId, overlapMs, now } = command;
  const kept = overlapMs === 0 ? 0 : activeSecrets(state.secrets, now).length;
  if (kept >= MAX_ACTIVE_SECRETS) return refuse('WEBHOOK-Ms5ec');
  const formerUntil = new Date(now + overlapMs).toISOString();
  return accept<WebhookEvent>({ type: 'WebhookSecretRotated', data: { webhookId, secretId, keyId, formerUntil } });
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each));
}

export const webhookDecider: Decider<WebhookState, WebhookCommand, WebhookEvent, WebhookRefusal> = {
  initial: noWebhook,
  decide: decideWebhook,
  evolve: evolveWebhook,
};
