import { performance } from 'node:perf_hooks';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { AppendResult, EventStore, StreamAppend } from '#libs/engine/event-store/port/event-store.js';
import { ArchiveError } from './archive.errors.js';

/** Appends that are under way at the same time. With so many, EventStoreDB made 3 to 5 times as many as one by one. */
const APPENDS_AT_ONCE = 64;

/** An append, and what becomes of it. */
interface UnderWay {
  readonly append: StreamAppend;
  readonly outcome: Promise<AppendResult | Error>;
}

/**
 * Appends in an order, several of them under way at the same time: EventStoreDB takes the appends of a connection one
 * after the other. The positions of the answers are compared, because its protocol does not promise that.
 *
 * An append whose outcome is unknown may have been written, or not, as all later ones. Then those under way are made
 * again, one after the other: with the ids of their events at exact revisions, none is written twice.
 */
export class OrderedAppends {
  readonly #underWay: UnderWay[] = [];
  #last: { readonly append: StreamAppend; readonly position: bigint } | undefined;

  /** @param name of the store, for errors */
  constructor(
    private readonly store: Pick<EventStore, 'append'>,
    private readonly name: string,
  ) {}

  /**
   * Begins an append; waits for others while there are too many under way.
   *
   * @throws ArchiveError the store has changed the order
   * @throws Error an append was refused, or the store cannot be reached
   */
  async begin(append: StreamAppend): Promise<void> {
    while (this.#underWay.length >= APPENDS_AT_ONCE) await this.#settleFirst();
    const once = { deadline: performance.now() }; // The store does not try again by itself, which would change the order.
    const { stream, events, expected } = append;
    const outcome = this.store.append(stream, events, expected, once).catch((error: Error) => error);
    this.#underWay.push({ append, outcome });
  }

  /** Waits until all appends are written. @throws Error like {@link begin} */
  async settle(): Promise<void> {
    while (this.#underWay.length > 0) await this.#settleFirst();
  }

  /** Waits for the appends under way, whatever becomes of them. */
  async end(): Promise<void> {
    await Promise.all(this.#underWay.splice(0).map(({ outcome }) => outcome));
  }

  /** Appends by itself, between the others. @throws Error like {@link begin} */
  async alone(append: StreamAppend): Promise<void> {
    await this.settle();
    await this.#again(append);
  }

  async #again(append: StreamAppend): Promise<void> {
    const { stream, events, expected } = append;
    this.#written(append, await this.store.append(stream, events, expected));
  }

  async #settleFirst(): Promise<void> {
    const [first] = this.#underWay;
    if (first === undefined) return;
    const outcome = await first.outcome;
    if (!(outcome instanceof Error)) {
      this.#underWay.shift();
      this.#written(first.append, outcome);
      return;
    }
    const begun = this.#underWay.splice(0);
    const outcomes = await Promise.all(begun.map((one) => one.outcome));
    if (!(outcome instanceof EventStoreUnavailableError)) throw outcome;
    for (const [place, { append }] of begun.entries()) {
      const known = outcomes[place];
      if (known === undefined || known instanceof Error) await this.#again(append);
      else this.#written(append, known);
    }
  }

  #written(append: StreamAppend, { position }: AppendResult): void {
    const before = this.#last;
    this.#last = { append, position };
    if (before === undefined || before.position < position) return;
    throw new ArchiveError(
      `${this.name} has written ${nameOf(append)} before ${nameOf(before.append)}, which comes first in the export: ` +
        'the order of the events would not be kept. Empty it, and import again',
    );
  }
}

function nameOf({ stream, events }: StreamAppend): string {
  return `event ${events[0]?.id} of stream ${stream}`;
}
