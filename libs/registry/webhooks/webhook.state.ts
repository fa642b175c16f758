import type { PauseReason } from './webhook.events.js';

/** The state of a webhook. */
export type WebhookState = { readonly status: 'absent' } | LiveWebhook | { readonly status: 'removed' };

/** A webhook that exists. */
export type LiveWebhook = WebhookSettings &
  ({ readonly status: 'active' } | { readonly status: 'paused'; readonly reason: PauseReason });

/** What is delivered where, and how it is signed. */
export interface WebhookSettings {
  readonly url: string;
  /** Public names of types of events; empty: all. */
  readonly types: readonly string[];
  /** undefined: of all projects. */
  readonly projectId: string | undefined;
  readonly allOrganizations: boolean;
  /** In the order in which they were made, those that have ended included. */
  readonly secrets: readonly SigningSecret[];
}

/** A signing secret, of which only the ids are stored. */
export interface SigningSecret {
  readonly secretId: string;
  /** The key of the server from which the secret is derived. */
  readonly keyId: string;
  /** When it ends, RFC 3339 in UTC; undefined: when another one replaces it. */
  readonly until?: string;
}

export const noWebhook: WebhookState = { status: 'absent' };

/** Whether the webhook exists: it has been added and not removed. */
export function isLiveWebhook(state: WebhookState): state is LiveWebhook {
  return state.status === 'active' || state.status === 'paused';
}

/** The secrets that sign deliveries at a time, the newest first. @param now in milliseconds since 1970 */
export function activeSecrets<Secret extends Pick<SigningSecret, 'until'>>(
  secrets: readonly Secret[],
  now: number,
): readonly Secret[] {
  return secrets.filter(({ until }) => until === undefined || Date.parse(until) > now).toReversed();
}

/** When the next of the secrets ends that sign at a time, in milliseconds since 1970; infinity: none does. */
export function nextEnd(secrets: readonly Pick<SigningSecret, 'until'>[], now: number): number {
  const ends = secrets.map(({ until }) => (until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until)));
  return Math.min(...ends.filter((end) => end > now), Number.POSITIVE_INFINITY);
}

/** The secrets after another one has been made: the former ones end at a time, or earlier where they already did. */
export function replacedSecrets<Secret extends SigningSecret>(
  former: readonly Secret[],
  next: Secret,
  formerUntil: string,
): readonly Secret[] {
  const ended = former.map((secret) => ({ ...secret, until: earlier(secret.until, formerUntil) }));
  return [...ended, next];
}

function earlier(one: string | undefined, other: string): string {
  return one !== undefined && Date.parse(one) < Date.parse(other) ? one : other;
}
