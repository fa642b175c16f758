import { eventsAfter } from '#libs/engine/consumer/events-after.js';
import { BEFORE_FIRST_POSITION, type EventStore } from '#libs/engine/event-store/port/event-store.js';
import { SharedCalls } from '#libs/engine/kernel/shared-calls.js';
import { PendingEvents } from './pending-events.js';
import type { Projection } from './projection.js';

/** The largest read for one query, in events: it takes a few milliseconds. */
const MAX_EVENTS = 1_000;

/** How often the checkpoints of the documents are read: events before them need not be read. */
const ASK_AGAIN_MS = 1_000;

/**
 * Knows which events the documents may not hold yet, because it reads the newest events whenever a query asks. One read
 * is under way at a time, and serves all queries that arrived before it began. It begins after the last event that was
 * read, so each event is read once, and events of other programs are not read at all.
 */
export class EventTail {
  readonly #looks = new SharedCalls<void>();
  #known: KnownEvents;

  /**
   * @param streamPrefixes of the streams that documents come from
   * @param held answers the position up to which the documents of all projections are complete
   */
  constructor(
    private readonly projections: readonly Projection[],
    private readonly eventStore: EventStore,
    private readonly streamPrefixes: readonly string[],
    private readonly held: () => Promise<bigint>,
  ) {
    this.#known = this.#nothing();
  }

  /** Every event of this installation up to this position is known. */
  get position(): bigint {
    return this.#known.position;
  }

  /**
   * Whether every event that is in the store now is known. False for a store in another process: only {@link look}
   * can tell.
   */
  get isCurrent(): boolean {
    const { localHead, connectionCount } = this.eventStore;
    const { head, connection } = this.#known;
    return localHead !== undefined && localHead === head && connection === connectionCount;
  }

  /** Reads the events that have been appended since the last read. @throws EventStoreUnavailableError */
  look(): Promise<void> {
    return this.#looks.ask('', () => this.#read());
  }

  /** Marks all events as known up to a position that was the newest before the last {@link look} began. */
  raise(head: bigint): void {
    if (head > this.#known.position) this.#known.position = head;
  }

  /** Forgets what was read, because it comes from another log. */
  reset(): void {
    this.#known = this.#nothing();
  }

  /** What is known of the events that concern a projection. */
  of(projection: string): PendingEvents {
    const pending = this.#known.pending.get(projection);
    if (pending === undefined) throw new Error(`there is no projection ${projection}: see libs/registry/projections`);
    return pending;
  }

  /**
   * A new connection may lead to another log, so all events are read again. Until that is done the old knowledge stays:
   * queries that have read already take from it the position to wait for.
   */
  async #read(): Promise<void> {
    const before = this.#known;
    const known = before.connection === this.eventStore.connectionCount ? before : this.#nothing();
    const { localHead } = this.eventStore;
    await this.#goOnFromDocuments(known);
    await this.#note(known);
    known.head = localHead;
    if (this.#known === before) this.#known = known; // Otherwise it was reset meanwhile.
  }

  async #note(known: KnownEvents): Promise<void> {
    const filter = { streamPrefixes: this.streamPrefixes };
    let events = 0;
    for await (const event of eventsAfter(this.eventStore, known.position, filter, MAX_EVENTS)) {
      for (const pending of known.pending.values()) pending.note(event);
      known.position = event.position;
      events += 1;
    }
    if (events < MAX_EVENTS) return;
    for await (const { position } of this.eventStore.readAll({ direction: 'backwards', filter, limit: 1 })) {
      for (const pending of known.pending.values()) pending.blur(position);
      known.position = position;
    }
  }

  /** The checkpoints of the documents also pass events of other programs, so fewer events have to be read. */
  async #goOnFromDocuments(known: KnownEvents): Promise<void> {
    const now = performance.now();
    if (now - known.askedAt < ASK_AGAIN_MS) return;
    known.askedAt = now;
    const held = await this.held();
    if (held > known.position) known.position = held;
  }

  #nothing(): KnownEvents {
    return {
      connection: this.eventStore.connectionCount,
      pending: new Map(this.projections.map((each) => [each.name, new PendingEvents(each)])),
      position: BEFORE_FIRST_POSITION,
      head: undefined,
      askedAt: Number.NEGATIVE_INFINITY,
    };
  }
}

/** What has been read over one connection to the store. */
interface KnownEvents {
  readonly connection: number;
  readonly pending: ReadonlyMap<string, PendingEvents>;
  /** Every event of this installation up to this position is noted, or is in all documents. */
  position: bigint;
  /** The store's local head when the last completed read began. */
  head: bigint | undefined;
  /** When the checkpoints of the documents were read last. */
  askedAt: number;
}
