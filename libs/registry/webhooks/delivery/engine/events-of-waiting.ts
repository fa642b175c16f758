import { higher } from '#libs/engine/kernel/lowest.js';
import type { EventFeed, FeedEvent, Selection } from '#libs/registry/feed/index.js';
import type { Waiting } from './lane.js';

/** Events that are read from a stream at once, for a subject that waits. */
const STREAM_PAGE = 50;

/**
 * The next event of a subject that waits, out of its stream.
 *
 * @param upTo the position up to which the log has been read: later events come from there, except those that had been
 *   left to the stream before the process began
 * @returns undefined: everything that was left to the stream is delivered
 * @throws Error the stream does not have an event that the log has had
 * @throws EventStoreUnavailableError
 */
export async function nextOfWaiting(
  { feed, selection }: { readonly feed: EventFeed; readonly selection: Selection },
  { stream, waiting }: { readonly stream: string; readonly waiting: Waiting },
  upTo: () => bigint,
): Promise<FeedEvent | undefined> {
  for (;;) {
    const [place] = waiting.read;
    if (place?.event !== undefined) return place.event;
    if (place !== undefined) {
      waiting.read.shift();
      continue;
    }
    const end = higher(upTo(), waiting.leftTo);
    const page = await feed.ofStream(selection, stream, { from: waiting.next, limit: STREAM_PAGE });
    const due = page.filter(({ position }) => position <= end);
    const last = due.at(-1);
    if (last !== undefined) {
      waiting.read = due;
      waiting.readTo = last.position;
      waiting.next = last.revision + 1n;
    } else if (waiting.readTo >= waiting.leftTo) {
      return undefined;
    } else {
      throw new Error(`stream ${stream} ends before position ${waiting.leftTo}, at which it has an event`);
    }
  }
}
