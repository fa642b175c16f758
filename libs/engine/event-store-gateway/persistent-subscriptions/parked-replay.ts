import type { StoredEvent } from '#libs/engine/event-store/embedded/stored-event.js';
import type { ParkedStream } from './parked-stream.js';

/** A page of the parked stream. */
export interface ParkedPage {
  readonly links: readonly StoredEvent[];
  /** Every parked message below this revision has been read. */
  readonly readTo: bigint;
}

/** Progress of replaying parked messages. Revisions are those of the parked stream. */
export class ParkedReplay {
  /** Everything below this revision has been read. */
  #from = 0n;
  /** Everything below this revision is to be replayed. */
  #end = 0n;
  /** Everything below this revision has been truncated. */
  #truncated = 0n;

  constructor(private readonly parked: ParkedStream) {}

  /** Whether there are messages to read. */
  get pending(): boolean {
    return this.#from < this.#end;
  }

  /** Requests a replay of all parked messages, or of those below `stopAt`, as in EventStoreDB. */
  async request(stopAt: bigint | undefined): Promise<void> {
    const range = await this.parked.range();
    if (range === undefined) return;
    const end = stopAt !== undefined && stopAt <= range.last ? stopAt : range.last + 1n;
    if (range.first > this.#from) this.#from = range.first;
    if (range.first > this.#truncated) this.#truncated = range.first;
    if (end > this.#end) this.#end = end;
  }

  /** Reads the next page; empty when the requested replay is complete. */
  async readPage(maxEvents: number): Promise<ParkedPage> {
    const end = this.#end;
    const page = await this.parked.readPage(this.#from, maxEvents);
    const links = page.filter(({ revision }) => revision < end);
    const last = links.at(-1);
    return { links, readTo: last === undefined ? end : last.revision + 1n };
  }

  /** The messages of a page have been handed to the group. */
  markRead({ readTo }: ParkedPage): void {
    this.#from = readTo;
  }

  /** Number of parked messages that are not being replayed. */
  async parkedCount(): Promise<bigint> {
    const range = await this.parked.range();
    if (range === undefined || range.last < this.#from) return 0n;
    const taken = this.#from > range.first ? this.#from - range.first : 0n;
    return range.last + 1n - range.first - taken;
  }

  /**
   * The revision below which the parked stream can be truncated; undefined if nothing new can be.
   *
   * @param firstUnsettled revision of the first replayed message that is not settled
   */
  truncationPoint(firstUnsettled: bigint | undefined): bigint | undefined {
    // Each truncation writes an event, so during a replay it is done in steps.
    const before = firstUnsettled ?? this.#from;
    const enough = firstUnsettled === undefined && !this.pending ? 1n : REPLAYED_PER_TRUNCATION;
    if (before - this.#truncated < enough) return undefined;
    this.#truncated = before;
    return before;
  }
}

/** Minimum number of settled messages for a truncation while a replay goes on. */
const REPLAYED_PER_TRUNCATION = 100n;
