import type { EventFilter } from '../port/event-store.js';
import { LiveFeed, type LiveReader } from './live-feed.js';
import type { Place } from './place.js';
import type { Session } from './session.js';

/** The feeds of a store: one for each filter. */
export class LiveFeeds {
  readonly #feeds = new Map<string, { readonly session: Session; readonly feed: LiveFeed }>();

  /** Goes on from a place in the feed that is there; undefined: there is none, or it is past that place for good. */
  join(session: Session, filter: EventFilter, after: Place): LiveReader | undefined {
    const shared = this.#feeds.get(JSON.stringify(filter));
    return shared?.session === session ? shared.feed.join(after) : undefined;
  }

  /** Goes on from a place in a feed that begins there, if there is none. */
  begin(session: Session, filter: EventFilter, after: Place): LiveReader | undefined {
    const key = JSON.stringify(filter);
    if (this.#feeds.get(key)?.session !== session) {
      const feed: LiveFeed = new LiveFeed(session, after, filter, () => {
        if (this.#feeds.get(key)?.feed === feed) this.#feeds.delete(key);
      });
      this.#feeds.set(key, { session, feed });
    }
    return this.join(session, filter, after);
  }
}
