import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import {
  BEFORE_FIRST_POSITION,
  DEFAULT_BATCH_EVENTS,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../port/event-store.js';
import type { EmbeddedLog } from './log.js';
import type { StoredEvent } from './stored-event.js';
import { wantedBy } from './wanted-events.js';

/** Events filtered for one batch: rare matches do not cause many empty batches. */
const MAX_CONSIDERED_EVENTS = 2_000;

/** A batch of matching events that is filled to this share is delivered: the rest would need many small pages. */
const ENOUGH_OF_A_BATCH = 0.75;

/**
 * Subscribes to $all. Old and new events are read in the same way, page by page from the position last delivered; the
 * log serves the newest from memory. So a slow subscriber holds the batch that it works on and no more, and there is no
 * switch from catching up to live at which an event could be lost or delivered twice.
 *
 * @throws EventStoreUnavailableError the log is closed
 */
export async function* subscribe(log: EmbeddedLog, options: SubscribeOptions): AsyncGenerator<SubscriptionBatch> {
  const { after = BEFORE_FIRST_POSITION, filter, maxBatch = DEFAULT_BATCH_EVENTS, signal } = options;
  const wanted = filter && wantedBy(filter);
  const bell = new Bell(log, signal);
  let position = after;
  let saidCaughtUp = false;
  try {
    while (!signal?.aborted) {
      if (saidCaughtUp && log.head <= position) {
        await bell.rung();
        if (log.closed && !signal?.aborted) throw new EventStoreUnavailableError('the event store is closed');
        continue;
      }
      const batch = await nextBatch(log, position, maxBatch, wanted);
      if (signal?.aborted) return;
      position = batch.position;
      const caughtUp = log.head <= position;
      saidCaughtUp ||= caughtUp;
      yield { events: batch.events, position, caughtUp };
      await new Promise(setImmediate);
    }
  } finally {
    bell.dispose();
  }
}

/**
 * The next matching events after a position, at most `maxBatch`, and the position up to which events were considered. They
 * are read in pages that fit into the batch, so that no event is held that is not delivered.
 */
async function nextBatch(
  log: EmbeddedLog,
  after: bigint,
  maxBatch: number,
  wanted: (event: StoredEvent) => boolean = () => true,
): Promise<{ readonly events: readonly StoredEvent[]; readonly position: bigint }> {
  const events: StoredEvent[] = [];
  let position = after;
  for (let considered = 0; considered < MAX_CONSIDERED_EVENTS && events.length < ENOUGH_OF_A_BATCH * maxBatch; ) {
    const maxEvents = maxBatch - events.length;
    const page = await log.followed.page({ from: position + 1n, maxEvents }).catch((error: unknown) => {
      if (position === after) throw error;
      return []; // what was found is delivered first, and the next batch begins with the error
    });
    const last = page.at(-1);
    if (last === undefined) break;
    events.push(...page.filter(wanted));
    considered += page.length;
    position = last.position;
  }
  return { events, position };
}

/** Wakes a subscriber that has read everything: after a commit, on abort, and when the log is closed. */
class Bell {
  #wake: (() => void) | undefined;
  readonly #unlisten: () => void;
  readonly #ring = () => this.#wake?.();

  constructor(
    log: EmbeddedLog,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#unlisten = log.onCommitted(this.#ring);
    signal?.addEventListener('abort', this.#ring);
  }

  /** Resolves at the next ring. Call it in the same turn of the event loop as the read that returned nothing. */
  rung(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  dispose(): void {
    this.#unlisten();
    this.signal?.removeEventListener('abort', this.#ring);
  }
}
