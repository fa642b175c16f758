import { InterruptibleSleep } from '#libs/engine/consumer/interruptible-sleep.js';
import { LEASE_MS } from '#libs/engine/consumer/lease.js';
import { ALWAYS, type Turn } from '#libs/engine/consumer/turn.js';
import type { EntryWrite } from '#libs/engine/documents/port/lasting-entries.js';
import type { Handover } from '../handover/handover.js';
import { keys, prefixesOf, webhookIn } from '../state/delivery-keys.js';
import type { StoredLine } from '../state/stored-lines.js';
import type { DeliveryPause, WebhookSource, WebhookTarget } from '../webhook-source.js';
import type { LineReport } from './line-parts.js';
import { RequestDesk } from './request-desk.js';
import { TakenOverError, UnsavedState } from './unsaved-state.js';
import { type DeliveryParts, WebhookDelivery } from './webhook-delivery.js';

/** How often what has been delivered is stored: a crash repeats the deliveries of this time at most. */
const STORE_EVERY_MS = 250;

/** How often it is stored when only positions have moved, and how often requests of other processes are looked for. */
const LOOK_EVERY_MS = 1_000;

/** How long a webhook that was paused here may still be seen as not paused, in milliseconds. */
const SEEN_PAUSED_MS = 2_000;

/** Deliveries to all webhooks in this process, from {@link run} until its signal aborts. */
export class DeliveryEngine {
  readonly #sleep = new InterruptibleSleep();
  readonly #deliveries = new Map<string, WebhookDelivery>();
  /** When webhooks were paused from here. */
  readonly #pausedAt = new Map<string, number>();
  readonly #unsaved: UnsavedState;
  readonly #desk: RequestDesk;
  #parts: DeliveryParts;
  #isRunning = false;
  #hasChanged = false;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly source: WebhookSource,
    parts: Omit<DeliveryParts, 'changed' | 'turn'>,
    private readonly handover?: Handover,
  ) {
    this.#parts = { ...parts, changed: () => (this.#hasChanged = true), turn: ALWAYS };
    this.#unsaved = new UnsavedState(parts.entries, parts.log);
    this.#desk = new RequestDesk({
      entries: parts.entries,
      fetch: async () => handover?.fetchRequests(),
      unsaved: this.#unsaved,
    });
  }

  /** Whether this process delivers: what it has stored is the newest state. */
  get isDelivering(): boolean {
    return this.#isRunning && this.#parts.turn.isValid;
  }

  /** Looks for requests and changes of webhooks now. */
  wake(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.#sleep.wake();
  }

  /** What the lines of each webhook that is not paused are doing now: those of its events as they happen first. */
  reports(): ReadonlyMap<string, readonly LineReport[]> {
    return new Map(Array.from(this.#deliveries, ([id, delivery]) => [id, delivery.reports()]));
  }

  /**
   * Delivers until the signal aborts, and stores where it has stopped.
   *
   * @param turn of this process: no attempt begins when it is over
   * @throws Error another process has begun to deliver, or the stores are away: run again
   */
  async run(signal: AbortSignal, turn: Turn): Promise<void> {
    this.#parts = { ...this.#parts, turn };
    await this.source.ready(signal);
    if (signal.aborted) return;
    await this.#unsaved.own();
    this.handover?.begin();
    await Promise.all(this.source.all().map(({ id }) => this.handover?.takeOver(id)));
    this.#isRunning = true;
    await this.#forgetRemoved();
    const onAbort = () => this.#sleep.wake();
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        await this.#round();
        await this.#sleep.sleep(STORE_EVERY_MS);
      }
    } catch (error) {
      if (!(error instanceof TakenOverError)) throw error;
      await this.#endAll().catch(() => undefined); // what it has delivered since arrives twice
      if (!signal.aborted) await this.#sleep.sleep(LEASE_MS); // by then it is known which of the two processes delivers
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      await this.#endAll();
      this.#isRunning = false;
    }
  }

  /** Ends all deliveries, and stores where they have stopped. @throws TakenOverError */
  async #endAll(): Promise<void> {
    try {
      await Promise.all(Array.from(this.#deliveries.values(), (delivery) => delivery.stop()));
      await this.#store();
      await this.#share({ all: true });
    } finally {
      this.#deliveries.clear();
      this.#unsaved.clear();
    }
  }

  async #round(): Promise<void> {
    const now = performance.now();
    const isDue = now - this.#lookedAt >= LOOK_EVERY_MS;
    await this.#followWebhooks();
    if (isDue) {
      this.#lookedAt = now;
      await this.#desk.look(this.#deliveries).catch((error: unknown) => this.#unsaved.away(error));
    }
    if (isDue) await this.#store();
    else if (this.#hasChanged || !this.#unsaved.isEmpty) await this.#store(({ hasChanged }) => hasChanged);
    await this.#share();
  }

  /** Lets the process that may deliver next know the state. */
  async #share(options?: { readonly all: boolean }): Promise<void> {
    await this.handover?.share(this.#parts.turn, options).catch((error: unknown) => this.#unsaved.away(error));
  }

  /** Begins, changes and ends deliveries as the webhooks say. */
  async #followWebhooks(): Promise<void> {
    const targets = new Map(this.source.all().map((target) => [target.id, target]));
    for (const [id, delivery] of this.#deliveries) {
      const target = targets.get(id);
      if (delivery.pauseReason !== undefined) await this.#pause(delivery, delivery.pauseReason);
      else if (target === undefined) await this.#end(delivery, prefixesOf(id));
      else if (target.isPaused) await this.#end(delivery, []);
      else if (!delivery.takes(target)) await this.#end(delivery, undefined);
    }
    for (const target of targets.values()) if (this.#mayBegin(target)) await this.#begin(target);
  }

  #mayBegin({ id, isPaused }: WebhookTarget): boolean {
    const pausedAt = this.#pausedAt.get(id);
    if (isPaused || (pausedAt !== undefined && performance.now() - pausedAt >= SEEN_PAUSED_MS))
      this.#pausedAt.delete(id);
    return !isPaused && !this.#pausedAt.has(id) && !this.#deliveries.has(id);
  }

  async #begin(target: WebhookTarget): Promise<void> {
    try {
      if (!this.#unsaved.isEmpty) await this.#store(); // of the deliveries before it was paused
      await this.handover?.takeOver(target.id);
      const delivery = await WebhookDelivery.open(this.#parts, target);
      this.#deliveries.set(target.id, delivery);
      delivery.start();
      this.#lookedAt = Number.NEGATIVE_INFINITY;
    } catch (error) {
      this.#unsaved.away(error);
    }
  }

  async #pause(delivery: WebhookDelivery, reason: DeliveryPause): Promise<void> {
    try {
      await delivery.stop();
      await this.source.pause(delivery.id, reason);
      this.#pausedAt.set(delivery.id, performance.now());
      this.#parts.log.warn({ webhook: delivery.id, reason }, 'a webhook was paused');
      await this.#end(delivery, []);
    } catch (error) {
      this.#unsaved.away(error);
    }
  }

  /** @param forgotten prefixes of what is removed; empty: the webhook is paused; undefined: it goes on at once */
  async #end(delivery: WebhookDelivery, forgotten: readonly string[] | undefined): Promise<void> {
    await delivery.stop();
    const writes = delivery.takeWrites();
    this.#deliveries.delete(delivery.id);
    this.#unsaved.keep(writes);
    const key = keys.line(delivery.id);
    if (forgotten === undefined) return;
    if (forgotten.length > 0) {
      await this.#store();
      this.#unsaved.keep(await this.#removals(delivery.id));
      return;
    }
    const line = await this.#unsaved.newest<StoredLine>(key);
    if (line !== undefined) this.#unsaved.keep([{ key, value: { ...line, wasPaused: true } }]);
  }

  async #forgetRemoved(): Promise<void> {
    const known = new Set(this.source.all().map(({ id }) => id));
    const lines = await this.#parts.entries.list(keys.lines);
    for (const id of lines.map(({ key }) => webhookIn(key)))
      if (!known.has(id)) this.#unsaved.keep(await this.#removals(id));
  }

  async #removals(id: string): Promise<readonly EntryWrite[]> {
    const found = await Promise.all(prefixesOf(id).map((prefix) => this.#parts.entries.list(prefix)));
    return [...found.flat().map(({ key }) => key), keys.handed(id), keys.line(id)].map((key) => ({
      key,
      value: undefined,
    }));
  }

  /**
   * Stores what has changed.
   *
   * @param isLookedAt which deliveries
   * @throws TakenOverError
   */
  async #store(isLookedAt: (delivery: WebhookDelivery) => boolean = () => true): Promise<void> {
    this.#hasChanged = false;
    for (const delivery of this.#deliveries.values()) {
      if (isLookedAt(delivery)) this.#unsaved.keep(delivery.takeWrites());
    }
    const stored = await this.#unsaved.store();
    if (stored.length > 0) this.handover?.stored(stored);
  }
}
