import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Turn } from '#libs/engine/consumer/turn.js';
import type { EntryWrite, LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { EventFeed, FeedEvent, Selection } from '#libs/registry/feed/index.js';
import type { Attempt } from '../sending/attempt.js';
import { messageOfEvent } from '../sending/event-message.js';
import type { Sender } from '../sending/sender.js';
import { AttemptLog } from '../state/attempt-log.js';
import { keys, LIVE_LINE } from '../state/delivery-keys.js';
import type { StoredLine, StoredReplay } from '../state/stored-lines.js';
import { type EventReference, released, type WaitingSubject } from '../state/waiting-subject.js';
import type { DeliveryPause, WebhookTarget } from '../webhook-source.js';
import { DeliveryLine } from './delivery-line.js';
import { EndpointHealth } from './endpoint-health.js';
import type { LineReport, LineStart } from './line-parts.js';
import { referenceOf } from './line-parts.js';
import type { Timers } from './timers.js';

/** What the deliveries of all webhooks are made of. */
export interface DeliveryParts {
  readonly feed: EventFeed;
  readonly entries: LastingEntries;
  readonly sender: Sender;
  readonly timers: Timers;
  readonly log: Log;
  /** Takes the outcome of each attempt. */
  readonly counted: (attempt: Attempt) => void;
  /** What there is to store has changed. */
  readonly changed: () => void;
  /** Parked subjects of a webhook at which it is paused; default {@link MAX_PARKED}. */
  readonly maxParked?: number;
  /** Of this process to deliver. */
  readonly turn: Turn;
}

/**
 * With so many parked subjects a webhook is paused when another one is parked: its receiver refuses too much, and each
 * takes about 2 KB of memory.
 */
const MAX_PARKED = 10_000;

/** How often an attempt that waits for the turn of this process looks for it, in milliseconds. */
const TURN_MS = 50;

/** How long attempts under way are waited for when deliveries stop, in milliseconds. */
const GRACE_MS = 2_000;

/** The deliveries to one webhook: of the events as they happen, and of replays. */
export class WebhookDelivery {
  readonly #breaking = new AbortController();
  readonly #replays = new Map<string, { readonly line: DeliveryLine; stored: StoredReplay }>();
  #target: WebhookTarget;
  #live: DeliveryLine | undefined;
  #stored = '';
  #hasChanged = false;
  #parked = 0;
  #pauseReason: DeliveryPause | undefined;

  private constructor(
    private readonly parts: DeliveryParts,
    target: WebhookTarget,
    private readonly health: EndpointHealth,
    private readonly attempts: AttemptLog,
    private readonly identity: string | undefined,
  ) {
    this.#target = target;
    setMaxListeners(0, this.#breaking.signal); // one for each attempt under way
  }

  /**
   * Goes on where the deliveries to a webhook have stopped; begins with its first event if there were none.
   *
   * @throws ReadModelUnavailableError, EventStoreUnavailableError
   */
  static async open(parts: DeliveryParts, target: WebhookTarget): Promise<WebhookDelivery> {
    const { entries, feed, timers, log } = parts;
    const { id } = target;
    const now = timers.now();
    const { identity, head } = await feed.log();
    const stored = await entries.get<StoredLine>(keys.line(id));
    const isOfLog = stored !== undefined && stored.log === (identity ?? '');
    const position = isOfLog ? BigInt(stored.position) : target.after;
    if (position > head)
      log.warn({ webhook: id }, 'the event log is shorter than it was: deliveries to a webhook go on at its end');
    const health = new EndpointHealth(isOfLog && stored.wasPaused !== true ? stored.health : {});
    const delivery = new WebhookDelivery(parts, target, health, await AttemptLog.open(entries, id), identity);
    const waiting = isOfLog ? await delivery.#waitingIn(LIVE_LINE) : [];
    const resumed =
      stored?.wasPaused !== true
        ? waiting
        : waiting.map((one) => (one.parkedAt === undefined ? released(one, now) : one));
    delivery.#parked = waiting.filter(({ parkedAt }) => parkedAt !== undefined).length;
    delivery.#live = delivery.#line(LIVE_LINE, target.selection, {
      after: position > head ? head : position,
      log: identity,
      waiting: resumed,
    });
    return delivery;
  }

  get id(): string {
    return this.#target.id;
  }

  /** There is more to store than a position that has moved. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** Why it is to be paused; undefined: it is not. */
  get pauseReason(): DeliveryPause | undefined {
    return this.#pauseReason;
  }

  start(): void {
    this.#live?.start();
  }

  /** Whether a change of the webhook needs no new beginning: it is made. */
  takes(target: WebhookTarget): boolean {
    if (target === this.#target) return true;
    const isSame = textOf(this.#target.selection) === textOf(target.selection);
    if (isSame) this.#target = target;
    return isSame;
  }

  /** Begins or goes on with a replay, unless it is under way. @throws ReadModelUnavailableError */
  async replay(id: string, stored: StoredReplay): Promise<void> {
    if (this.#replays.has(id) || this.#pauseReason !== undefined) return;
    const { selection } = this.#target;
    const selected = stored.types === undefined ? selection : { ...selection, types: new Set(stored.types) };
    const line = this.#line(id, selected, {
      after: BigInt(stored.position),
      log: this.identity,
      until: BigInt(stored.until),
      waiting: await this.#waitingIn(id),
    });
    this.#replays.set(id, { line, stored });
    line.start();
  }

  /** Tries what waits again now. @param stream of one subject; undefined: of all that are parked */
  release(stream: string | undefined): boolean {
    return this.#lines().filter((line) => line.release(stream)).length > 0;
  }

  /** Delivers one event once more, beside all others. Answers false when deliveries have stopped before it was. */
  async again({ stream, revision }: Pick<EventReference, 'stream' | 'revision'>): Promise<boolean> {
    const all = { ...this.#target.selection, types: undefined };
    const [place] = await this.parts.feed.ofStream(all, stream, { from: BigInt(revision), limit: 1 });
    if (place?.event === undefined) return true;
    const attempt = await this.#send(place.event);
    if (this.#breaking.signal.aborted && attempt.outcome !== 'delivered') return false;
    this.#attempted(LIVE_LINE, { ...attempt, event: referenceOf(place.event), number: 1 });
    return true;
  }

  /** What is to be stored since the last call, in this order. */
  takeWrites(): readonly EntryWrite[] {
    this.#hasChanged = false;
    const writes: EntryWrite[] = [];
    const { position = this.#target.after, waiting } = this.#live?.takeProgress() ?? {};
    for (const [stream, value] of waiting ?? []) writes.push({ key: keys.waiting(this.id, LIVE_LINE, stream), value });
    for (const [id, replay] of this.#replays) {
      const progress = replay.line.takeProgress();
      for (const [stream, value] of progress.waiting) writes.push({ key: keys.waiting(this.id, id, stream), value });
      replay.stored = { ...replay.stored, position: progress.position.toString() };
      if (replay.line.isDone) this.#replays.delete(id);
      writes.push({ key: keys.replay(this.id, id), value: replay.line.isDone ? undefined : replay.stored });
    }
    writes.push(...this.attempts.takeWrites());
    const value: StoredLine = { position: position.toString(), log: this.identity ?? '', health: this.health.stored };
    const text = JSON.stringify(value);
    if (text !== this.#stored) writes.push({ key: keys.line(this.id), value });
    this.#stored = text;
    return writes;
  }

  /** What the lines are doing now. */
  reports(): readonly LineReport[] {
    return this.#lines().map((line) => line.report());
  }

  /**
   * Begins no further attempt. Resolves when those under way have ended or, after a time, have been broken off; at once when
   * the turn of this process is over.
   */
  async stop(): Promise<void> {
    const breaking = setTimeout(() => this.#breaking.abort(), this.parts.turn.isValid ? GRACE_MS : 0);
    await Promise.all(this.#lines().map((line) => line.stop()));
    clearTimeout(breaking);
    if (!this.parts.turn.isValid) this.#breaking.abort(); // for what is delivered once more
  }

  #line(name: string, selection: Selection, start: LineStart): DeliveryLine {
    const { feed, timers, log } = this.parts;
    return new DeliveryLine(
      {
        name: this.id,
        feed,
        selection,
        health: this.health,
        timers,
        log,
        changed: () => this.#noteChange(),
        send: (event) => this.#send(event),
        attempted: (attempt) => this.#attempted(name, attempt),
      },
      start,
    );
  }

  /** Makes an attempt, and makes it again if the turn of this process has ended meanwhile and comes back. */
  async #send(event: FeedEvent): Promise<Attempt> {
    const { sender, turn } = this.parts;
    const { signal } = this.#breaking;
    for (;;) {
      while (!turn.isValid && !signal.aborted) await delay(TURN_MS);
      const attempt = await sender.send(this.#target, messageOfEvent(event.envelope), signal, turn);
      if (attempt.outcome === 'delivered' || turn.isValid || signal.aborted) return attempt;
    }
  }

  #attempted(line: string, attempt: Parameters<AttemptLog['add']>[0]): void {
    this.attempts.add({ ...attempt, ...(line !== LIVE_LINE && { replay: line }) });
    this.parts.counted(attempt);
    this.#noteChange();
    if (attempt.outcome === 'gone') this.#pauseReason = 'gone';
    else if (attempt.outcome === 'failed' && this.#isTooMuch()) this.#pauseReason ??= 'failing';
  }

  /** Whether every delivery has failed for days, or a subject was parked beside too many others. */
  #isTooMuch(): boolean {
    const parked = this.#lines().reduce((sum, line) => sum + line.parked, 0);
    const isAnother = parked > this.#parked;
    this.#parked = parked;
    if (isAnother && parked >= (this.parts.maxParked ?? MAX_PARKED)) return true;
    return this.health.isGivenUp(this.parts.timers.now());
  }

  #lines(): readonly DeliveryLine[] {
    const replays = Array.from(this.#replays.values(), ({ line }) => line);
    return this.#live === undefined ? replays : [this.#live, ...replays];
  }

  #noteChange(): void {
    this.#hasChanged = true;
    this.parts.changed();
  }

  async #waitingIn(line: string): Promise<readonly WaitingSubject[]> {
    const found = await this.parts.entries.list(keys.waitingIn(this.id, line));
    return found.map(({ value }) => value as WaitingSubject);
  }
}

function textOf({ types, ...others }: Selection): string {
  return JSON.stringify([others, types && [...types].toSorted()]);
}
