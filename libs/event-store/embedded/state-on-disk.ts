import type { CommittedState } from './append-group.js';
import { encodeId } from './event-id.js';
import type { RecentIds } from './recent-ids.js';
import type { StoredEvent } from './record.js';
import type { StreamHead } from './stream-head.js';
import type { Tables } from './tables.js';

/** What is on disk, with the ids that are kept in memory beside it. */
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

  firstEventWith(id: string): StoredEvent | undefined {
    const position = this.tables.firstPositionOf(encodeId(id)) ?? this.recentIds.positionOf(id);
    return position === undefined ? undefined : this.tables.eventAtPosition(position);
  }
}
