import { randomUUID } from 'node:crypto';
import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { EventBytes } from '#libs/engine/event-store/embedded/record.js';
import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import { METADATA_TYPE, metadataStreamOf } from '#libs/engine/event-store/embedded/stream-rules.js';
import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import { LINK_TYPE, linkData, originalOf, type ResolvedEvent } from '../resolved-event.js';

const NOTHING = Buffer.alloc(0);

/** EventStoreDB writes seven decimals of a second, and the UTC offset instead of `Z`. */
const TIME_END = '0000+00:00';

/**
 * The stream of a group's parked messages: links to the events. A parked message stays until it was replayed and
 * settled; only then the stream is truncated, so that a crash loses none.
 */
export class ParkedStream {
  constructor(
    private readonly log: EmbeddedLog,
    private readonly stream: string,
  ) {}

  /**
   * Parks an event; resolves when it is on disk.
   *
   * @throws EventStoreUnavailableError, StreamDeletedError
   */
  async park(resolved: ResolvedEvent, reason: string, now: number): Promise<void> {
    const metadata = {
      added: new Date(now).toISOString().replace('Z', TIME_END),
      reason,
      subscriptionEventNumber: Number(originalOf(resolved).revision),
    };
    const parked: EventBytes = {
      id: randomUUID(),
      type: LINK_TYPE,
      isJson: false,
      data: resolved.event === undefined ? resolved.link.dataBytes : Buffer.from(linkData(resolved.event)),
      metadata: Buffer.from(JSON.stringify(metadata, undefined, 2)),
    };
    await this.log.append(this.stream, [parked], 'any');
  }

  /** First and last revision in the stream; undefined if it is empty. */
  async range(): Promise<{ readonly first: bigint; readonly last: bigint } | undefined> {
    const visible = await this.#visible();
    return visible === undefined || visible.first > visible.last ? undefined : visible;
  }

  /** Reads links from a revision on. */
  async readPage(from: bigint, maxEvents: number): Promise<readonly StoredEvent[]> {
    return this.log.readStreamPage(this.stream, { direction: 'forwards', from, maxEvents });
  }

  /**
   * Truncates the stream before a revision.
   *
   * @throws EventStoreUnavailableError
   */
  async truncate(before: bigint): Promise<void> {
    const data = Buffer.from(JSON.stringify({ $tb: Number(before) }));
    const event = { id: randomUUID(), type: METADATA_TYPE, isJson: true, data, metadata: NOTHING };
    await this.log.append(metadataStreamOf(this.stream), [event], 'any');
  }

  /**
   * Deletes the stream: a later group of the same name does not see its messages.
   *
   * @throws EventStoreUnavailableError
   */
  async delete(): Promise<void> {
    if ((await this.#visible()) !== undefined) await this.log.delete(this.stream, 'any');
  }

  /** Clients with write access can tombstone the stream; it then counts as empty. */
  async #visible() {
    try {
      return await this.log.visibleStream(this.stream);
    } catch (error) {
      if (error instanceof StreamDeletedError) return undefined;
      throw error;
    }
  }
}
