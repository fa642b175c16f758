import type { StoredEvent } from '#libs/engine/event-store/embedded/record.js';
import type { ParkedMessages } from './parked-messages.js';

/** Parked links that have been read. */
export interface ReplayPage {
  readonly links: readonly StoredEvent[];
  /** Below this revision all have been read. */
  readonly readTo: bigint;
}

/** Which parked messages are delivered again, and how far that is. Revisions are those of the parked stream. */
export class Replay {
  /** Below this revision all have been read. */
  #from = 0n;
  /** Those below this revision are to be read. */
  #end = 0n;
  /** Those below this revision are removed. */
  #truncated = 0n;

  constructor(private readonly parked: ParkedMessages) {}

  /** Whether there is something to read. */
  get pending(): boolean {
    return this.#from < this.#end;
  }

  /** Asks for all that are parked now, or for those below a revision, as EventStoreDB does. */
  async request(stopAt: bigint | undefined): Promise<void> {
    const range = await this.parked.range();
    if (range === undefined) return;
    const end = stopAt !== undefined && stopAt <= range.last ? stopAt : range.last + 1n;
    if (range.first > this.#from) this.#from = range.first;
    if (range.first > this.#truncated) this.#truncated = range.first;
    if (end > this.#end) this.#end = end;
  }

  /** The next parked links to deliver; none: there are no more of those that were asked for until now. */
  async next(maxEvents: number): Promise<ReplayPage> {
    const end = this.#end;
    const page = await this.parked.page(this.#from, maxEvents);
    const links = page.filter(({ revision }) => revision < end);
    const last = links.at(-1);
    return { links, readTo: last === undefined ? end : last.revision + 1n };
  }

  /** What {@link next} answered is being delivered. */
  taken({ readTo }: ReplayPage): void {
    this.#from = readTo;
  }

  /** How many are parked and have not been read to be delivered again. */
  async parkedCount(): Promise<bigint> {
    const range = await this.parked.range();
    if (range === undefined || range.last < this.#from) return 0n;
    const taken = this.#from > range.first ? this.#from - range.first : 0n;
    return range.last + 1n - range.first - taken;
  }

  /**
   * Below which revision the parked messages can be removed; undefined: nothing can that could not be before.
   *
   * @param firstUnsettled the first that is being delivered again and not settled
   */
  settledBefore(firstUnsettled: bigint | undefined): bigint | undefined {
    // While some are left it is done in steps: each removal is an event.
    const before = firstUnsettled ?? this.#from;
    const enough = firstUnsettled === undefined && !this.pending ? 1n : REPLAYS_PER_REMOVAL;
    if (before - this.#truncated < enough) return undefined;
    this.#truncated = before;
    return before;
  }
}

/** So many replayed messages are removed at a time while more of them are under way. */
const REPLAYS_PER_REMOVAL = 100n;
