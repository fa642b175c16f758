import type { StoredEvent } from './stored-event.js';

/** Pages that are kept: seven projections that were built from the first event were at most six pages apart. */
const MAX_PAGES = 8;

/** Where a page of $all begins, and how many events it has at most. */
export interface FollowedPage {
  readonly from: bigint;
  readonly maxEvents: number;
}

/** The log whose pages are read. */
interface PagedLog {
  readonly head: bigint;
  readAllPage(page: FollowedPage & { readonly direction: 'forwards' }): Promise<readonly StoredEvent[]>;
}

/**
 * The pages of $all that subscriptions have read last. Projections that are built together read the same pages at about
 * the same time: each page is then read and verified once, and its events are parsed once.
 */
export class FollowedPages {
  readonly #pages = new Map<string, Promise<readonly StoredEvent[]>>();

  constructor(private readonly log: PagedLog) {}

  /** A page as it was read before, or as it is read now. It is empty at the end of the log. */
  page(wanted: FollowedPage): Promise<readonly StoredEvent[]> {
    const key = `${wanted.from} ${wanted.maxEvents}`;
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = this.#read(key, wanted);
      this.#pages.set(key, page);
      const [oldest] = this.#pages.keys();
      if (this.#pages.size > MAX_PAGES && oldest !== undefined) this.#pages.delete(oldest);
    }
    return page;
  }

  /** Reads a page, and forgets it if it cannot be read, or may have more events later. */
  async #read(key: string, { from, maxEvents }: FollowedPage): Promise<readonly StoredEvent[]> {
    try {
      const page = await this.log.readAllPage({ direction: 'forwards', from, maxEvents });
      const last = page.at(-1);
      // The newest events are in memory in any case.
      if (last === undefined || last.position >= this.log.head) this.#pages.clear();
      return page;
    } catch (error) {
      this.#pages.delete(key);
      throw error;
    }
  }
}
