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

/** With a filter, so many events are looked at for one batch: rare matches do not make many empty batches. */
const MAX_CONSIDERED_EVENTS = 2_000;

/**
 * Follows $all. There is one way of reading for old and new events alike, page by page from the position last
 * delivered; the log serves the newest from memory. So nothing is buffered for a reader, and there is no moment of
 * changing over from old to new at which an event could be lost or come twice.
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
 * The wanted events of a page, in batches of so many at most; none, where none are wanted. A full batch goes as far as
 * its last event, for more may be wanted behind it; the last one goes as far as the page.
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

/** Wakes a reader that has read everything: when something is committed, on abort, and when the log is closed. */
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

  /** Resolves at the next ring. Call it in the same turn in which it was found that there is nothing to read. */
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
