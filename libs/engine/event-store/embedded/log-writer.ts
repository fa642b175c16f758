import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import type { PlannedEvent } from './append-group.js';
import type { LogIndex } from './index/log-index.js';
import { placeSeed } from './place-seed.js';
import { writeRecord } from './record.js';
import { createSegment } from './segments/create-segment.js';
import type { Segment } from './segments/segment.js';
import { SEGMENT_HEADER_BYTES } from './segments/segment-header.js';
import type { Segments } from './segments/segments.js';
import { StoredEvent } from './stored-event.js';

/** The longest segment; a group that exceeds it begins a new one. A back-up copies whole segments. */
const MAX_SEGMENT_BYTES = 64 * 1_048_576;

/** The planned events of a group. */
export interface WritableGroup {
  readonly events: readonly PlannedEvent[];
  /** The length of all their records in bytes. */
  readonly bytes: number;
  /** The time of events without one of their own, in milliseconds since 1970. */
  readonly recordedAt: number;
}

interface EncodedGroup {
  readonly bytes: Buffer;
  readonly events: readonly StoredEvent[];
  /** The offset of each event in the segment. */
  readonly offsets: readonly number[];
}

/** Writes groups to the end of the log, one at a time. */
export class LogWriter {
  #file: number | undefined;
  /** A write has failed, and may have left bytes after the end. */
  #hasLeftovers = false;
  /** Why no group is written any more: a failed sync, or a file that was removed; undefined: nothing. */
  #broken: Error | undefined;

  /** @param maxSegmentBytes default: {@link MAX_SEGMENT_BYTES} */
  constructor(
    private readonly segments: Segments,
    private readonly index: LogIndex,
    private readonly maxSegmentBytes = MAX_SEGMENT_BYTES,
  ) {}

  /**
   * Writes a group with one call, and waits until it is on disk.
   *
   * After a failed sync no group is written any more: the kernel may have dropped the dirty pages, and would report
   * success for a second sync. A write that fails before the sync, for example because the disk is full, does not
   * change the log. What is written to a file that somebody has removed is gone when it is closed.
   */
  async write(group: WritableGroup): Promise<readonly StoredEvent[]> {
    if (this.#broken !== undefined) throw this.#broken;
    const segment = await this.#segmentFor(group.bytes);
    this.#file ??= openSync(segment.path, 'r+');
    const { bytes, events, offsets } = encode(group, segment);
    this.#put(this.#file, bytes, segment.end);
    await this.#sync(this.#file);
    this.#assertThere(this.#file, segment);
    segment.end += bytes.length;
    for (const [number, { stream, revision, position, event, findable }] of group.events.entries()) {
      const offset = offsets[number] ?? 0;
      this.index.add({ stream, revision, position: Number(position), offset, id: findable ? event.id : undefined });
    }
    return events;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** The segment for a group of this length. */
  async #segmentFor(bytes: number): Promise<Segment> {
    const { last, folder, identity } = this.segments;
    if (last.end === SEGMENT_HEADER_BYTES || last.end + bytes <= this.maxSegmentBytes) return last;
    if (this.#file !== undefined && this.#hasLeftovers) this.#clear(this.#file, last.end);
    const segment = await createSegment(folder, { identity, firstPosition: this.index.last + 1 });
    this.segments.add(segment);
    this.close();
    return segment;
  }

  #put(file: number, bytes: Buffer, position: number): void {
    if (this.#hasLeftovers) this.#clear(file, position);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
    } catch (error) {
      this.#hasLeftovers = true;
      try {
        this.#clear(file, position);
      } catch {
        // Retried before the next write.
      }
      throw error;
    }
  }

  #clear(file: number, end: number): void {
    ftruncateSync(file, end);
    this.#hasLeftovers = false;
  }

  #assertThere(file: number, { path }: Segment): void {
    if (fstatSync(file).nlink > 0) return;
    this.#broken = new EventStoreUnavailableError(
      `the event store ${this.segments.folder} is not written any more: ${path} has been removed: restore a back-up, then restart`,
    );
    throw this.#broken;
  }

  async #sync(file: number): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        fdatasync(file, (error) => (error === null ? resolve() : reject(error)));
      });
    } catch (cause) {
      this.#broken = new EventStoreUnavailableError(
        `the event store ${this.segments.folder} could not be brought to disk, and is not written any more (${messageOf(cause)}): check the disk, then restart`,
        { cause },
      );
      throw this.#broken;
    }
  }
}

function encode({ events: planned, bytes: length, recordedAt: now }: WritableGroup, segment: Segment): EncodedGroup {
  const bytes = Buffer.allocUnsafe(length);
  const events: StoredEvent[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const { event, stream, revision, position, findable, recordedAt = now } of planned) {
    const endsGroup = events.length === planned.length - 1;
    const offset = segment.end + at;
    const seed = placeSeed(segment.firstPosition, offset);
    const end = writeRecord(bytes, at, event, { stream, revision, position, recordedAt, endsGroup, findable }, seed);
    events.push(new StoredEvent(position, bytes, at, end));
    offsets.push(offset);
    at = end;
  }
  return { bytes, events, offsets };
}
