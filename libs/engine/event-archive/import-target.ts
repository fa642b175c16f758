import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';

/** An event that an import finds in its target. */
export type PresentEvent = Pick<RecordedBytes, 'id' | 'stream' | 'revision' | 'type'>;

/** An event store into which an archive is imported. */
export interface ImportTarget {
  /** The store as errors name it. */
  readonly name: string;
  /** The events that are there already, from the first one on. */
  present(): AsyncIterable<readonly PresentEvent[]>;
  /** Whether an event that is there does not concern the import, such as one of the store's own. */
  ignores(event: PresentEvent): boolean;
  /**
   * Writes events, which follow those that are there; resolves when they are on disk.
   *
   * @throws ArchiveError the store cannot take one of them
   * @throws Error the store cannot be written
   */
  write(events: readonly RecordedBytes[]): Promise<void>;
}
