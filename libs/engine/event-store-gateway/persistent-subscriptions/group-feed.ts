import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import type { GatewayContext } from '../gateway-context.js';
import { originalOf, type ResolvedEvent, resolveLink } from '../resolved-event.js';
import type { IncomingMessage, ReadBatch } from './consumer-group-types.js';
import type { GroupDefinition } from './group-definition.js';
import { type GroupReader, groupReader } from './group-reader.js';

/** Memory that a message takes besides its event, in bytes. */
const MESSAGE_OVERHEAD_BYTES = 512;

/** Reads the messages of a group, with links resolved if the group is set to do so. */
export class GroupFeed {
  readonly reader: GroupReader;
  #lastKnown: bigint | undefined;
  #mayHaveMore = true;
  #unfollow: (() => void) | undefined;

  constructor(
    private readonly context: GatewayContext,
    private readonly definition: GroupDefinition,
  ) {
    this.reader = groupReader(context, definition.source);
  }

  /** Position of the newest event that was read; undefined before the first one. */
  get lastKnown(): bigint | undefined {
    return this.#lastKnown;
  }

  /** Whether the log may hold events that have not been read. */
  get mayHaveMore(): boolean {
    return this.#mayHaveMore;
  }

  /**
   * Calls back after each append to the source and when the log is closed, until {@link unfollow}. Does nothing if
   * already following.
   */
  follow(onNews: () => void): void {
    if (this.#unfollow !== undefined) return;
    const { source } = this.definition;
    this.#mayHaveMore = true;
    this.#unfollow = this.context.notifier.follow(source.kind === 'stream' ? source.stream : undefined, () => {
      this.#mayHaveMore = true;
      onNews();
    });
  }

  /** Stops following the source. */
  unfollow(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  /**
   * Reads at most `maxEvents` events after a position.
   *
   * @throws EventStoreUnavailableError
   */
  async readAfter(position: bigint, maxEvents: number): Promise<ReadBatch<ResolvedEvent>> {
    this.#mayHaveMore = false;
    try {
      const batch = await this.#read(position, maxEvents);
      this.#mayHaveMore ||= !batch.live;
      this.#lastKnown = batch.events.at(-1)?.position ?? this.#lastKnown;
      return batch;
    } catch (error) {
      this.#mayHaveMore = true;
      throw error;
    }
  }

  /**
   * Resolves the links of the parked stream to messages.
   *
   * @throws EventStoreUnavailableError
   */
  async resolveParked(
    links: readonly StoredEvent[],
  ): Promise<(IncomingMessage<ResolvedEvent> & { parkedRevision: bigint })[]> {
    const messages: (IncomingMessage<ResolvedEvent> & { parkedRevision: bigint })[] = [];
    for (const link of links) {
      messages.push({ ...this.#incoming(await resolveLink(this.context.log, link)), parkedRevision: link.revision });
    }
    return messages;
  }

  async #read(position: bigint, maxEvents: number): Promise<ReadBatch<ResolvedEvent>> {
    const { resolveLinks } = this.definition.settings;
    const { events: read, last, scanned, atEnd } = await this.reader.readAfter(position, maxEvents);
    const events: (IncomingMessage<ResolvedEvent> & { position: bigint })[] = [];
    for (const event of read) {
      const resolved = resolveLinks ? await resolveLink(this.context.log, event) : { event };
      events.push({ ...this.#incoming(resolved), position: this.reader.positionOf(event) });
    }
    return { events, last, scanned, live: atEnd };
  }

  #incoming(resolved: ResolvedEvent): IncomingMessage<ResolvedEvent> {
    const { event, link } = resolved;
    const bytes = (event?.size ?? 0) + (link?.size ?? 0) + MESSAGE_OVERHEAD_BYTES;
    const pinned = event ?? originalOf(resolved);
    const pinningKey =
      this.definition.settings.strategy === 'PinnedByCorrelation' ? correlationOf(pinned) : pinned.stream;
    return { id: originalOf(resolved).id, pinningKey, bytes, event: resolved };
  }
}

/** The correlation id in the event's metadata, or the stream name if there is none. */
function correlationOf(event: StoredEvent): string {
  try {
    const { $correlationId } = JSON.parse(event.metadataBytes.toString()) as { readonly $correlationId?: unknown };
    return typeof $correlationId === 'string' ? $correlationId : event.stream;
  } catch {
    return event.stream;
  }
}
