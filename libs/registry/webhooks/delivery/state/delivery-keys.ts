/**
 * The keys under which the state of deliveries is stored. A line is what is delivered in order: the events of a webhook
 * as they happen, whose name is the webhook's id, or a replay.
 */
export const keys = {
  /** Which process delivers. */
  owner: 'owner',
  /** How far the events of each webhook have been delivered. */
  lines: 'line/',
  line: (webhook: string) => `line/${webhook}`,
  /** The replays of all webhooks; of one; one of them. */
  replays: 'replay/',
  replaysOf: (webhook: string) => `replay/${webhook}/`,
  replay: (webhook: string, replay: string) => `replay/${webhook}/${replay}`,
  /** The subjects of a webhook that wait; of one of its lines; one of them. */
  waitingOf: (webhook: string) => `waiting/${webhook}/`,
  waitingIn: (webhook: string, line: string) => `waiting/${webhook}/${line}/`,
  waiting: (webhook: string, line: string, stream: string) =>
    `waiting/${webhook}/${line}/${encodeURIComponent(stream)}`,
  /** The newest attempts of a webhook, in parts. */
  attemptsOf: (webhook: string) => `attempts/${webhook}/`,
  attempts: (webhook: string, part: number) => `attempts/${webhook}/${String(part).padStart(12, '0')}`,
  /** Which shared state the stored one agrees with, or is newer than, where processes share the event store only. */
  handed: (webhook: string) => `handed/${webhook}`,
  /** What callers have asked for; of one webhook; one request. */
  requests: 'request/',
  requestsOf: (webhook: string) => `request/${webhook}/`,
  request: (webhook: string, id: string) => `request/${webhook}/${id}`,
} as const;

/** The name of the line of a webhook's events as they happen. */
export const LIVE_LINE = 'live';

/** The webhook in a key, which follows the first part. */
export function webhookIn(key: string): string {
  return key.split('/')[1] ?? '';
}

/** All prefixes under which something of a webhook is stored, beside its own line. */
export function prefixesOf(webhook: string): readonly string[] {
  return [keys.replaysOf, keys.waitingOf, keys.attemptsOf, keys.requestsOf].map((prefix) => prefix(webhook));
}
