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

/**
 * Subscribes to $all. Old and new events are read in the same way, page by page from the position last delivered; the
 * log serves the newest from memory. So nothing is buffered for a subscriber, and there is no switch from catching up
 * to live at which an event could be lost or delivered twice.
 *
 * @throws EventStoreUnavailableError the log is closed
 */
export async function* subscribe(log: EmbeddedLog, options: SubscribeOptions): AsyncGenerator<SubscriptionBatch> {
  const { after = BEFORE_FIRST_POSITION, filter, maxBatch = DEFAULT_BATCH_EVENTS, signal } = options;
  const wanted = filter && wantedBy(filter);
  const maxEvents = wanted === undefined ? maxBatch : Math.max(maxBatch, MAX_CONSIDERED_EVENTS);
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
      const page = await log.readAllPage({ direction: 'forwards', from: position + 1n, maxEvents });
      for (const batch of batchesOf(page, maxBatch, wanted)) {
        if (signal?.aborted) return;
        position = batch.position ?? position;
        const caughtUp = log.head <= position;
        saidCaughtUp ||= caughtUp;
        yield { events: batch.events, position, caughtUp };
        await new Promise(setImmediate);
      }
    }
  } finally {
    bell.dispose();
  }
}

/**
 * The matching events of a page, in batches of limited size; no batch when none match. The checkpoint of a full batch
 * is its last event, because more may match after it; the checkpoint of the last batch is the end of the page.
 */
function* batchesOf(
  page: readonly StoredEvent[],
  maxBatch: number,
  wanted?: (event: StoredEvent) => boolean,
): Generator<{ readonly events: readonly StoredEvent[]; readonly position: bigint | undefined }> {
  const events = wanted === undefined ? page : page.filter(wanted);
  let taken = 0;
  for (; events.length - taken > maxBatch; taken += maxBatch) {
    const batch = events.slice(taken, taken + maxBatch);
    yield { events: batch, position: batch.at(-1)?.position };
  }
  yield { events: events.slice(taken), position: page.at(-1)?.position };
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
