import { StreamDeletedError } from '../port/event-store.errors.js';
import type { PageRequest } from './all-pages.js';
import type { KnownDamages } from './known-damages.js';
import { isStreamName } from './limits.js';
import { unreadable } from './log-errors.js';
import type { LogLocation } from './log-location.js';
import type { LogView } from './log-view.js';
import type { StoredEvent } from './stored-event.js';
import type { StreamHead } from './stream-head.js';
import { followingPage, type VisibleStream, visibleEvent, visiblePage, visibleStream } from './stream-reads.js';
import type { Tail } from './tail.js';

/** A page of events ends with the one that reaches this many bytes. */
const MAX_PAGE_BYTES = 1_048_576;

/** A page to read: direction, `from` inclusive, and the most events. */
export type LogPage = Omit<PageRequest, 'maxBytes'>;

/** The reads of an opened log. Damage that they find is noted. */
export abstract class LogReads {
  protected abstract readonly view: LogView;
  protected abstract readonly tail: Tail;
  protected abstract readonly knownDamages: KnownDamages;

  /** @param location the folder of the log, and whether it may be written */
  protected constructor(readonly location: LogLocation) {}

  /** The newest position on disk; -1 in an empty log. @throws EventStoreUnavailableError closed */
  abstract get head(): bigint;

  /** @throws EventStoreUnavailableError closed */
  protected abstract assertOpen(): void;

  /** A page of $all, in the order of the direction; empty at the end. @throws EventStoreUnavailableError */
  async readAllPage({ direction, from, maxEvents }: LogPage): Promise<readonly StoredEvent[]> {
    if (isBeyond(direction, from, this.head)) return [];
    if (direction === 'forwards') {
      const recent = this.tail.from(from, maxEvents);
      if (recent.length > 0) return recent;
    }
    const request = { direction, from: clamp(from, this.head), maxEvents, maxBytes: MAX_PAGE_BYTES };
    return this.#read((view) => view.allPage(request));
  }

  /**
   * A page of the visible events of a stream; empty at the end, or when the stream does not exist.
   *
   * @throws StreamDeletedError, EventStoreUnavailableError
   */
  async readStreamPage(stream: string, { direction, from, maxEvents }: LogPage): Promise<readonly StoredEvent[]> {
    if (!isStreamName(stream)) return [];
    const page = { direction, from, maxEvents, maxBytes: MAX_PAGE_BYTES };
    return this.#read((view) => visiblePage(view, stream, page, Date.now()));
  }

  /**
   * A page of the next events of a stream, also of hidden ones and of a permanently deleted stream, whose last event is
   * the tombstone. For subscriptions, which have read the stream up to there.
   */
  async readFollowingPage(stream: string, from: bigint, maxEvents: number): Promise<readonly StoredEvent[]> {
    if (!isStreamName(stream)) return [];
    const page = { direction: 'forwards', from, maxEvents, maxBytes: MAX_PAGE_BYTES } as const;
    return this.#read((view) => followingPage(view, stream, page));
  }

  /**
   * The visible revisions of a stream; undefined when the stream does not exist or is deleted.
   *
   * @throws StreamDeletedError it is permanently deleted
   */
  async visibleStream(stream: string): Promise<VisibleStream | undefined> {
    return isStreamName(stream) ? this.#read((view) => visibleStream(view, stream, Date.now())) : undefined;
  }

  /** The event at a revision; undefined: it is not visible. */
  async visibleEvent(stream: string, revision: bigint): Promise<StoredEvent | undefined> {
    if (!isStreamName(stream)) return undefined;
    return this.#read((view) => visibleEvent(view, stream, revision, Date.now()));
  }

  /** The head of a stream; undefined: the stream does not exist. @throws EventStoreUnavailableError */
  async streamHead(stream: string): Promise<StreamHead | undefined> {
    return isStreamName(stream) ? this.#read((view) => view.head(stream)) : undefined;
  }

  /** Reads an event from the disk, although it may be in memory, and notes the damage if there is one. */
  async check(position: bigint): Promise<void> {
    await this.#read((view) => view.eventAtPosition(position)).catch(() => undefined);
  }

  async #read<T>(read: (view: LogView) => T): Promise<T> {
    this.assertOpen();
    try {
      return read(this.view);
    } catch (error) {
      if (error instanceof StreamDeletedError) throw error;
      this.knownDamages.note(error);
      throw unreadable(this.location, error);
    }
  }
}

function isBeyond(direction: LogPage['direction'], from: bigint, last: bigint): boolean {
  return last < 0n || (direction === 'forwards' ? from > last : from < 0n);
}

function clamp(from: bigint, last: bigint): bigint {
  if (from < 0n) return 0n;
  return from > last ? last : from;
}
