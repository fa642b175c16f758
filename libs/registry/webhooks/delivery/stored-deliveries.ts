import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import { DELIVERY_ENTRIES } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/shared/refused.js';
import type { ReplayRange } from './commands/support/replay-ranges.js';
import { deliveryRefusals } from './delivery.refusals.js';
import { type LoggedAttempt, storedAttempts } from './state/attempt-log.js';
import { keys, LIVE_LINE } from './state/delivery-keys.js';
import type { StoredReplay, StoredRequest } from './state/stored-lines.js';
import type { WaitingSubject } from './state/waiting-subject.js';
import { WebhookDeliveries } from './webhook-deliveries.js';

/** Replays of a webhook that are not finished at the same time. */
const MAX_REPLAYS = 5;

/** A subject that waits, and the replay to which it belongs; empty: its events are sent as they happen. */
export interface WaitingDelivery {
  readonly subject: WaitingSubject;
  readonly replay: string;
}

/**
 * What is stored of deliveries, and what callers ask of the process that delivers, which may be another one: the request
 * is stored, and is done as soon as that process sees it.
 */
@Injectable()
export class StoredDeliveries {
  constructor(
    @Inject(DELIVERY_ENTRIES) private readonly entries: LastingEntries,
    private readonly deliveries: WebhookDeliveries,
  ) {}

  /** The newest attempts, the newest first. @throws ReadModelUnavailableError */
  attempts(webhookId: string): Promise<readonly LoggedAttempt[]> {
    return storedAttempts(this.entries, webhookId);
  }

  /** What waits, in the order of its subjects. @throws ReadModelUnavailableError */
  async waiting(webhookId: string): Promise<readonly WaitingDelivery[]> {
    const prefix = keys.waitingOf(webhookId);
    const found = await this.entries.list(prefix);
    return found.map(({ key, value }) => {
      const [line = ''] = key.slice(prefix.length).split('/');
      return { subject: value as WaitingSubject, replay: line === LIVE_LINE ? '' : line };
    });
  }

  /**
   * Has a part of the log sent again.
   *
   * @param types stored types; undefined: those of the webhook
   * @returns the id of the replay
   * @throws ContractError WEBHOOK-Rp6mx: too many are not finished
   * @throws ReadModelUnavailableError
   */
  async replay(
    webhookId: string,
    { after, until }: ReplayRange,
    types: ReadonlySet<string> | undefined,
  ): Promise<string> {
    const unfinished = await this.entries.list(keys.replaysOf(webhookId), { limit: MAX_REPLAYS });
    if (unfinished.length >= MAX_REPLAYS) throw refused(deliveryRefusals, 'WEBHOOK-Rp6mx');
    const id = randomUUID();
    const replay: StoredReplay = {
      position: after.toString(),
      until: until.toString(),
      ...(types !== undefined && { types: [...types] }),
    };
    await this.entries.write([{ key: keys.replay(webhookId, id), value: replay }]);
    this.deliveries.wake();
    return id;
  }

  /** Has an event sent once more. @throws ContractError WEBHOOK-Dl7nf: it is not known @throws ReadModelUnavailableError */
  async redeliver(webhookId: string, eventId: string): Promise<void> {
    const waiting = (await this.waiting(webhookId)).find(({ subject: { event } }) => event.eventId === eventId);
    if (waiting !== undefined) {
      await this.#request(webhookId, { kind: 'release', stream: waiting.subject.event.stream });
      return;
    }
    const attempt = (await this.attempts(webhookId)).find(({ event }) => event.eventId === eventId);
    if (attempt === undefined) throw refused(deliveryRefusals, 'WEBHOOK-Dl7nf');
    const { stream, revision } = attempt.event;
    await this.#request(webhookId, { kind: 'again', stream, revision });
  }

  /** Has everything that is parked sent. Answers the number of subjects. @throws ReadModelUnavailableError */
  async releaseAll(webhookId: string): Promise<number> {
    const parked = (await this.waiting(webhookId)).filter(({ subject }) => subject.parkedAt !== undefined);
    if (parked.length > 0) await this.#request(webhookId, { kind: 'release' });
    return parked.length;
  }

  async #request(webhookId: string, request: StoredRequest): Promise<void> {
    await this.entries.write([{ key: keys.request(webhookId, randomUUID()), value: request }]);
    this.deliveries.wake();
  }
}
