import type { EventFilter } from '../port/event-store.js';
import { LiveFeed, type LiveReader } from './live-feed.js';
import type { Place } from './place.js';
import type { Session } from './session.js';

/** The shared feeds of a store, one for each filter. */
export class LiveFeeds {
  readonly #feeds = new Map<string, { readonly session: Session; readonly feed: LiveFeed }>();

  /** Joins the existing feed at a place; undefined: there is none, or it no longer keeps what follows that place. */
  join(session: Session, filter: EventFilter, after: Place): LiveReader | undefined {
    const shared = this.#feeds.get(JSON.stringify(filter));
    return shared?.session === session ? shared.feed.join(after) : undefined;
  }

  /** Joins the feed at a place; if there is none, it begins at that place. */
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
