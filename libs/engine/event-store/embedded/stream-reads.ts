import { higher, lower } from '#libs/engine/kernel/lowest.js';
import { StreamDeletedError } from '../port/event-store.errors.js';
import type { PageRequest } from './all-pages.js';
import type { LogView } from './log-view.js';
import type { StoredEvent } from './stored-event.js';
import { firstVisibleRevision, isSoftDeleted, rulesOf, streamDescribedBy } from './stream-rules.js';

/** The visible revisions of a stream, from `first` to `last`; none when `first` is above `last`. */
export interface VisibleStream {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * The visible revisions of a stream now; undefined when the stream does not exist, or is deleted until the next append.
 *
 * @param now in milliseconds since 1970
 * @throws StreamDeletedError the stream, or the one that it describes, has been permanently deleted
 */
export function visibleStream(view: LogView, stream: string, now: number): VisibleStream | undefined {
  const described = streamDescribedBy(stream);
  const head = view.head(stream);
  if (head?.tombstoned || (described !== undefined && view.head(described)?.tombstoned)) {
    throw new StreamDeletedError(stream);
  }
  if (head === undefined) return undefined;
  const rules = rulesOf(stream, view.metadataOf(stream));
  if (isSoftDeleted(rules)) return undefined;
  const { revision: last } = head;
  const recordedAt = (revision: bigint) => view.eventAt(stream, revision)?.recordedAt ?? 0;
  return { last, first: firstVisibleRevision(rules, last, now, recordedAt) };
}

/** A page of the visible events of a stream. @throws StreamDeletedError */
export function visiblePage(view: LogView, stream: string, page: PageRequest, now: number): readonly StoredEvent[] {
  const visible = visibleStream(view, stream, now);
  if (visible === undefined || visible.first > visible.last) return [];
  const { first, last } = visible;
  if (page.direction === 'forwards') {
    if (page.from > last) return [];
    return view.streamPage(stream, { ...page, from: higher(page.from, first) });
  }
  if (page.from < first) return [];
  const events = view.streamPage(stream, { ...page, from: lower(page.from, last) });
  return events.filter(({ revision }) => revision >= first);
}

/** A page of the next events of a stream, deleted or not; a tombstone is the last event. */
export function followingPage(view: LogView, stream: string, page: PageRequest): readonly StoredEvent[] {
  const head = view.head(stream);
  return head === undefined ? [] : view.streamPage(stream, page);
}

/** The event at a revision; undefined when it is not visible. */
export function visibleEvent(view: LogView, stream: string, revision: bigint, now: number): StoredEvent | undefined {
  try {
    const visible = visibleStream(view, stream, now);
    if (visible === undefined || revision < visible.first || revision > visible.last) return undefined;
    return view.eventAt(stream, revision);
  } catch (error) {
    if (error instanceof StreamDeletedError) return undefined;
    throw error;
  }
}
