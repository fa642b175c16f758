import type { CommittedState } from './append-group.js';
import type { LogView } from './log-view.js';
import type { RecentIds } from './recent-ids.js';
import type { StoredEvent } from './stored-event.js';
import type { StreamHead } from './stream-head.js';

/**
 * The committed events, with the recent ids in memory. Recent ids are known for the whole log; older ids only for their
 * stream, if they were appended without an expected revision.
 */
export class StateOnDisk implements CommittedState {
  constructor(
    private readonly view: LogView,
    private readonly recentIds: RecentIds,
  ) {}

  head(stream: string): StreamHead | undefined {
    return this.view.head(stream);
  }

  metadataOf(stream: string): Buffer | undefined {
    return this.view.metadataOf(stream);
  }

  eventAt(stream: string, revision: bigint): StoredEvent | undefined {
    return this.view.eventAt(stream, revision);
  }

  isKnownId(id: string, stream: string): boolean {
    return this.recentIds.has(id) || this.view.hasId(stream, id);
  }

  firstEventWith(id: string, stream: string): StoredEvent | undefined {
    const kept = this.view.eventWithId(stream, id);
    if (kept !== undefined) return kept;
    const position = this.recentIds.positionOf(id);
    const event = position === undefined ? undefined : this.view.eventAtPosition(position);
    return event?.stream === stream ? event : undefined;
  }
}
