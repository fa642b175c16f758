import { randomUUID } from 'node:crypto';
import type { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import type { EventBytes, StoredEvent } from '#libs/engine/event-store/embedded/record.js';
import { METADATA_TYPE, metadataStreamOf } from '#libs/engine/event-store/embedded/stream-rules.js';
import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import { LINK_TYPE, linkText, originalOf, type ResolvedEvent } from '../recorded-event.js';

const NOTHING = Buffer.alloc(0);

/** EventStoreDB writes seven digits of a second and the zone as an offset. */
const TIME_END = '0000+00:00';

/**
 * The messages that a group has given up on: links in a stream of their own, written and kept like any event. They
 * stay until they have been replayed and settled; then the stream is truncated, so that no crash loses one.
 */
export class ParkedMessages {
  constructor(
    private readonly log: EmbeddedLog,
    private readonly stream: string,
  ) {}

  /** Parks an event; resolves when that is on disk. @throws EventStoreUnavailableError, StreamDeletedError */
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
      data: resolved.event === undefined ? resolved.link.dataBytes : Buffer.from(linkText(resolved.event)),
      metadata: Buffer.from(JSON.stringify(metadata, undefined, 2)),
    };
    await this.log.append(this.stream, [parked], 'any');
  }

  /** The revisions that are there, first and last; undefined: there are none. */
  async range(): Promise<{ readonly first: bigint; readonly last: bigint } | undefined> {
    const visible = await this.#visible();
    return visible === undefined || visible.first > visible.last ? undefined : visible;
  }

  /** Parked links from a revision on. */
  async page(from: bigint, maxEvents: number): Promise<readonly StoredEvent[]> {
    return this.log.readStreamPage(this.stream, { direction: 'forwards', from, maxEvents });
  }

  /** Hides what stands below a revision. @throws EventStoreUnavailableError */
  async truncate(before: bigint): Promise<void> {
    const data = Buffer.from(JSON.stringify({ $tb: Number(before) }));
    const event = { id: randomUUID(), type: METADATA_TYPE, isJson: true, data, metadata: NOTHING };
    await this.log.append(metadataStreamOf(this.stream), [event], 'any');
  }

  /** Deletes them all; a group of the same name that comes later does not see them. @throws EventStoreUnavailableError */
  async delete(): Promise<void> {
    if ((await this.#visible()) !== undefined) await this.log.delete(this.stream, 'any');
  }

  /** Whoever may write can delete the stream for good; then there is nothing in it. */
  async #visible() {
    try {
      return await this.log.visibleStream(this.stream);
    } catch (error) {
      if (error instanceof StreamDeletedError) return undefined;
      throw error;
    }
  }
}
