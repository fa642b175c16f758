import type { CommittedState } from './append-group.js';
import { encodeId } from './event-id.js';
import type { RecentIds } from './recent-ids.js';
import type { StoredEvent } from './record.js';
import type { StreamHead } from './stream-head.js';
import type { Tables } from './tables.js';

/**
 * What is on disk, with the ids that are kept in memory beside it: those know the whole log, as far as they go back. A
 * stream remembers for good the ids that were appended to it without a revision.
 */
export class StateOnDisk implements CommittedState {
  constructor(
    private readonly tables: Tables,
    private readonly recentIds: RecentIds,
  ) {}

  head(stream: string): StreamHead | undefined {
    return this.tables.head(stream);
  }

  metadataOf(stream: string): Buffer | undefined {
    return this.tables.metadataOf(stream);
  }

  eventAt(streamNumber: bigint, revision: bigint): StoredEvent | undefined {
    return this.tables.eventAt(streamNumber, revision);
  }

  isKnownId(id: string, streamNumber: bigint): boolean {
    return this.recentIds.has(id) || this.tables.positionOfId(streamNumber, encodeId(id)) !== undefined;
  }

  firstEventWith(id: string, stream: string, streamNumber: bigint): StoredEvent | undefined {
    const position = this.tables.positionOfId(streamNumber, encodeId(id)) ?? this.recentIds.positionOf(id);
    const event = position === undefined ? undefined : this.tables.eventAtPosition(position);
    return event?.stream === stream ? event : undefined;
  }
}
