import type { Turn } from '#libs/engine/consumer/turn.js';
import type { Entry, EntryWrite, LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { keys, webhookIn } from '../state/delivery-keys.js';
import type { StoredLine } from '../state/stored-lines.js';
import { SharedRequests } from './shared-requests.js';
import { entriesOf, type SharedState, sharedPrefixes, sharedStateOf, textWithoutPlace } from './shared-state.js';

/** How often the state of a webhook is shared at most. */
const SHARE_EVERY_MS = 1_000;

/** States that are shared in a second, of all webhooks together. */
const SHARES_PER_SECOND = 20;

/** Of a large state, so many bytes are shared in a millisecond. */
const BYTES_PER_MS = 50;

/** How often a state is shared of which only the place has moved, over events that the webhook does not get. */
const SHARE_PLACE_EVERY_MS = 600_000;

/** What is known of the shared state of a webhook. */
interface Shared {
  version: number | undefined;
  text: string;
  at: number;
  /** When it may be shared again. */
  nextAt: number;
}

/**
 * Hands the deliveries over from process to process, where these share the event store only: the one that delivers writes
 * the state of each webhook there, and the next one begins with it. Between two writes deliveries are repeated, and none is
 * lost.
 */
export class Handover {
  readonly #known = new Map<string, Shared>();
  readonly #changed = new Set<string>();
  readonly #attempted = new Set<string>();
  readonly #overflowing = new Set<string>();
  readonly #requests: SharedRequests;

  constructor(
    private readonly records: RecordStore,
    private readonly entries: LastingEntries,
    private readonly log: Log,
  ) {
    this.#requests = new SharedRequests(records, entries);
  }

  /** This process begins to deliver: nothing is known of what others have written meanwhile. */
  begin(): void {
    this.#known.clear();
    this.#changed.clear();
    this.#attempted.clear();
    this.#requests.begin();
  }

  /**
   * Takes over the state of a webhook, unless the entries of this process are as new as the shared one.
   *
   * @throws EventStoreUnavailableError, ReadModelUnavailableError
   */
  async takeOver(webhook: string): Promise<void> {
    if (this.#known.has(webhook)) return;
    const { entries } = this;
    const record = await this.records.record<SharedState>(recordOf(webhook));
    const handed = await entries.get<{ readonly version: number }>(keys.handed(webhook));
    if (record !== undefined && record.version !== handed?.version) {
      const prefixes = [...sharedPrefixes(webhook), keys.requestsOf(webhook)];
      const former = await Promise.all(prefixes.map((prefix) => entries.list(prefix)));
      const removals = [...former.flat().map(({ key }) => key), keys.line(webhook)];
      await entries.write([
        ...removals.map((key) => ({ key, value: undefined })),
        ...entriesOf(webhook, record.value),
        { key: keys.handed(webhook), value: { version: record.version } },
      ]);
    }
    const text = record === undefined ? '' : textWithoutPlace(record.value);
    this.#known.set(webhook, { version: record?.version, text, at: performance.now(), nextAt: 0 });
  }

  /** These changes have been stored by this process. */
  stored(writes: readonly EntryWrite[]): void {
    for (const { key } of writes) {
      const webhook = webhookIn(key);
      if (!this.#known.has(webhook)) continue;
      this.#changed.add(webhook);
      if (key.startsWith(keys.attemptsOf(webhook))) this.#attempted.add(webhook);
    }
  }

  /**
   * Shares the states that have changed and are due.
   *
   * @param turn no state is shared when it is over
   * @param all those that are not due too
   * @throws EventStoreUnavailableError, ReadModelUnavailableError
   */
  async share(turn: Turn, { all = false } = {}): Promise<void> {
    const now = performance.now();
    const due = [...this.#changed].filter((webhook) => all || (this.#known.get(webhook)?.nextAt ?? now) <= now);
    for (const webhook of due) if (turn.isValid) await this.#share(webhook, all);
  }

  /** Fetches what callers have asked for. @throws EventStoreUnavailableError, ReadModelUnavailableError */
  async fetchRequests(): Promise<void> {
    // The shared state of a webhook holds its replays, once it has been shared.
    const isShared = (key: string) => key.startsWith(keys.replays) && !this.#changed.has(webhookIn(key));
    const added = await this.#requests.fetch(isShared);
    for (const key of added) if (key.startsWith(keys.replays)) this.#changed.add(webhookIn(key));
  }

  /** Leaves a request for the process that delivers. @throws ContractError UNAVAILABLE @throws EventStoreUnavailableError */
  request(request: Entry): Promise<void> {
    return this.#requests.add(request);
  }

  /** The shared entries of a webhook under a prefix, whichever process delivers. @throws EventStoreUnavailableError */
  async list(webhook: string, prefix: string): Promise<readonly Entry[]> {
    const record = await this.records.record<SharedState>(recordOf(webhook));
    if (record === undefined) return [];
    return entriesOf(webhook, record.value).filter(({ key }) => key.startsWith(prefix));
  }

  async #share(webhook: string, withPlace: boolean): Promise<void> {
    const { entries } = this;
    await this.takeOver(webhook);
    const known = this.#known.get(webhook) as Shared;
    this.#changed.delete(webhook);
    const wasAttempted = this.#attempted.delete(webhook);
    try {
      const line = await entries.get<StoredLine>(keys.line(webhook));
      const found = await Promise.all(sharedPrefixes(webhook).map((prefix) => entries.list(prefix)));
      const { state, leftOut } = sharedStateOf(webhook, line, found.flat());
      const text = textWithoutPlace(state);
      const now = performance.now();
      known.nextAt = now + this.#pauseAfter(text.length);
      const isNew = wasAttempted || withPlace || text !== known.text || now - known.at >= SHARE_PLACE_EVERY_MS;
      if (!isNew) return;
      this.#tellOverflow(webhook, leftOut);
      const version = await this.records.putRecord(recordOf(webhook), state, known.version);
      if (version === undefined) return await this.#readAgain(webhook, known);
      Object.assign(known, { version, text, at: now });
      await entries.write([{ key: keys.handed(webhook), value: { version } }]);
    } catch (error) {
      this.#keepForLater(webhook, wasAttempted);
      throw error;
    }
  }

  /** Another process has written, which delivered before or whose last write was late: this one delivers now. */
  async #readAgain(webhook: string, known: Shared): Promise<void> {
    this.#keepForLater(webhook, true);
    known.version = (await this.records.record(recordOf(webhook)))?.version;
  }

  #keepForLater(webhook: string, wasAttempted: boolean): void {
    this.#changed.add(webhook);
    if (wasAttempted) this.#attempted.add(webhook);
  }

  #pauseAfter(bytes: number): number {
    return Math.max(SHARE_EVERY_MS, bytes / BYTES_PER_MS, (this.#known.size * 1_000) / SHARES_PER_SECOND);
  }

  #tellOverflow(webhook: string, leftOut: number): void {
    if (leftOut === 0) this.#overflowing.delete(webhook);
    if (leftOut === 0 || this.#overflowing.has(webhook)) return;
    this.#overflowing.add(webhook);
    const text =
      'so many applications wait at a webhook that not all are shared: another process that takes over repeats deliveries';
    this.log.warn({ webhook, leftOut }, text);
  }
}

function recordOf(webhook: string): string {
  return `deliveries to webhook ${webhook}`;
}
