import type { StoredEvent } from '#libs/engine/event-store/embedded/record.js';
import type { GatewayContext } from '../gateway-context.js';
import { originalOf, type ResolvedEvent, resolveLink } from '../recorded-event.js';
import type { Batch, Incoming } from './consumer-messages.js';
import type { GroupDefinition } from './group-definition.js';
import { type GroupReader, groupReader } from './group-reader.js';

/** What a message takes in memory beside its event, in bytes. */
const MESSAGE_OVERHEAD_BYTES = 512;

/** What a group delivers, as its consumers get it: links are resolved where the group wants that. */
export class GroupFeed {
  readonly reader: GroupReader;
  /** The place of the newest event that was read. */
  #newest: bigint | undefined;
  #hasMore = true;
  #unfollow: (() => void) | undefined;

  constructor(
    private readonly context: GatewayContext,
    private readonly definition: GroupDefinition,
  ) {
    this.reader = groupReader(context, definition.source);
  }

  /** The place of the newest event that was read; undefined: none was. */
  get newest(): bigint | undefined {
    return this.#newest;
  }

  /** Whether the log has something that was not looked at yet, or may have. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** Calls back whenever the log may have something new, or has been closed; does nothing when it does already. */
  follow(onNews: () => void): void {
    if (this.#unfollow !== undefined) return;
    const { source } = this.definition;
    this.#hasMore = true;
    this.#unfollow = this.context.hub.follow(source.kind === 'stream' ? source.stream : undefined, () => {
      this.#hasMore = true;
      onNews();
    });
  }

  /** Ends what {@link follow} has begun. */
  unfollow(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  /** What follows a place, at most `maxEvents` events. @throws EventStoreUnavailableError */
  async after(place: bigint, maxEvents: number): Promise<Batch<ResolvedEvent>> {
    this.#hasMore = false;
    try {
      const batch = await this.#after(place, maxEvents);
      this.#hasMore ||= !batch.live;
      this.#newest = batch.events.at(-1)?.place ?? this.#newest;
      return batch;
    } catch (error) {
      this.#hasMore = true;
      throw error;
    }
  }

  /** The parked messages that links of the parked stream stand for. @throws EventStoreUnavailableError */
  async parked(links: readonly StoredEvent[]): Promise<(Incoming<ResolvedEvent> & { parkedAt: bigint })[]> {
    const messages: (Incoming<ResolvedEvent> & { parkedAt: bigint })[] = [];
    for (const link of links) {
      messages.push({ ...this.#incoming(await resolveLink(this.context.log, link)), parkedAt: link.revision });
    }
    return messages;
  }

  async #after(place: bigint, maxEvents: number): Promise<Batch<ResolvedEvent>> {
    const { resolveLinks } = this.definition.settings;
    const { events: read, last, considered, exhausted } = await this.reader.after(place, maxEvents);
    const events: (Incoming<ResolvedEvent> & { place: bigint })[] = [];
    for (const event of read) {
      const resolved = resolveLinks ? await resolveLink(this.context.log, event) : { event };
      events.push({ ...this.#incoming(resolved), place: this.reader.place(event) });
    }
    return { events, last, considered, live: exhausted };
  }

  #incoming(resolved: ResolvedEvent): Incoming<ResolvedEvent> {
    const { event, link } = resolved;
    const bytes = (event?.size ?? 0) + (link?.size ?? 0) + MESSAGE_OVERHEAD_BYTES;
    const pinned = event ?? originalOf(resolved);
    const pin = this.definition.settings.strategy === 'PinnedByCorrelation' ? correlationOf(pinned) : pinned.stream;
    return { id: originalOf(resolved).id, pin, bytes, event: resolved };
  }
}

/** The correlation id in an event's metadata; an event without one stays with its stream. */
function correlationOf(event: StoredEvent): string {
  try {
    const { $correlationId } = JSON.parse(event.metadataBytes.toString()) as { readonly $correlationId?: unknown };
    return typeof $correlationId === 'string' ? $correlationId : event.stream;
  } catch {
    return event.stream;
  }
}
