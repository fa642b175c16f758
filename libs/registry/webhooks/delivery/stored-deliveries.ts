import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Entry, LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import { DELIVERY_ENTRIES } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/shared/refused.js';
import type { ReplayRange } from './commands/support/replay-ranges.js';
import { deliveryRefusals } from './delivery.refusals.js';
import type { Handover } from './handover/handover.js';
import { WebhookHandover } from './handover/webhook-handover.js';
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
 * is stored, and is done as soon as that process sees it. Where that process has a store of its own, what it shares is
 * answered, which holds no attempts.
 */
@Injectable()
export class StoredDeliveries {
  constructor(
    @Inject(DELIVERY_ENTRIES) private readonly entries: LastingEntries,
    private readonly deliveries: WebhookDeliveries,
    private readonly shared: WebhookHandover,
  ) {}

  /**
   * The newest attempts, the newest first.
   *
   * @throws ContractError WEBHOOK-Dl2hv: another process keeps them
   * @throws ReadModelUnavailableError
   */
  async attempts(webhookId: string): Promise<readonly LoggedAttempt[]> {
    if (this.#otherState !== undefined) throw refused(deliveryRefusals, 'WEBHOOK-Dl2hv');
    return storedAttempts(this.entries, webhookId);
  }

  /** What waits, in the order of its subjects. @throws ReadModelUnavailableError, EventStoreUnavailableError */
  async waiting(webhookId: string): Promise<readonly WaitingDelivery[]> {
    const prefix = keys.waitingOf(webhookId);
    const found = await this.#list(webhookId, prefix);
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
    const unfinished = await this.#list(webhookId, keys.replaysOf(webhookId));
    if (unfinished.length >= MAX_REPLAYS) throw refused(deliveryRefusals, 'WEBHOOK-Rp6mx');
    const id = randomUUID();
    const replay: StoredReplay = {
      position: after.toString(),
      until: until.toString(),
      ...(types !== undefined && { types: [...types] }),
    };
    await this.#ask({ key: keys.replay(webhookId, id), value: replay });
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

  #request(webhookId: string, request: StoredRequest): Promise<void> {
    return this.#ask({ key: keys.request(webhookId, randomUUID()), value: request });
  }

  /** The state of another process that delivers with a store of its own; undefined: this one has the state. */
  get #otherState(): Handover | undefined {
    return this.deliveries.isDelivering ? undefined : this.shared.handover;
  }

  async #list(webhookId: string, prefix: string): Promise<readonly Entry[]> {
    return this.#otherState?.list(webhookId, prefix) ?? this.entries.list(prefix);
  }

  /** Whichever process delivers, now or a moment later. */
  async #ask(request: Entry): Promise<void> {
    const { handover } = this.shared;
    await (handover === undefined ? this.entries.write([request]) : handover.request(request));
    this.deliveries.wake();
  }
}
