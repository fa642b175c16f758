import { DamagedLogError } from '#libs/engine/event-store/embedded/damage.js';
import { LogFollower } from '#libs/engine/event-store/embedded/log-follower.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { PrefixedEvent } from '#libs/engine/event-store/prefixed/prefixed-event.js';
import type { LedgerBatch, LedgerSource } from '#libs/engine/ledger/tree/ledger-source.js';

/** Events that are given at once: the thread looks for messages between two batches. */
const BATCH_EVENTS = 2_048;

/** The newest position that the writer of the log has on disk, told by the thread that writes. */
export interface HeadSource {
  /** Resolves to the newest position as soon as it is behind `known`; rejects when the signal aborts. */
  next(known: bigint | undefined, signal: AbortSignal): Promise<bigint>;
}

/** Reads the embedded log from its files, while another thread, or another process, writes it. */
export class EmbeddedSource implements LedgerSource {
  /**
   * @param folder of the log
   * @param streamPrefix APPLEDGER_STREAM_PREFIX
   * @param damaged gets the position of an event that cannot be read because it is damaged
   */
  constructor(
    private readonly folder: string,
    private readonly streamPrefix: string,
    private readonly heads: HeadSource,
    private readonly damaged: (position: bigint) => void = () => undefined,
  ) {}

  async *follow(signal: AbortSignal): AsyncGenerator<LedgerBatch> {
    const follower = new LogFollower(this.folder);
    try {
      for (let head: bigint | undefined; !signal.aborted; ) {
        head = await this.heads.next(head, signal);
        let events: RecordedEvent[] = [];
        for (const event of await follower.events(head)) {
          const inside = withoutPrefix(event, this.streamPrefix);
          if (inside !== undefined) events.push(inside);
          if (events.length < BATCH_EVENTS) continue;
          yield { events, caughtUp: false };
          events = [];
          await new Promise(setImmediate);
          if (signal.aborted) return;
        }
        yield { events, caughtUp: true, fault: follower.position < head ? this.#endsEarly() : undefined };
      }
    } catch (error) {
      this.#note(error);
      throw error;
    } finally {
      follower.close();
    }
  }

  /** Without positions: they change with every append, and it is logged again when it changes. */
  #endsEarly(): string {
    return `the event log ${this.folder} ends before the events that this process has appended: run appledger log verify`;
  }

  async *again(): AsyncGenerator<RecordedEvent> {
    try {
      yield* embeddedEvents(this.folder, this.streamPrefix);
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  #note(error: unknown): void {
    if (error instanceof DamagedLogError) this.damaged(BigInt(error.damage.position));
  }
}

/** The events of an embedded log up to its present end, with the names of streams without the prefix. */
export async function* embeddedEvents(folder: string, streamPrefix: string): AsyncGenerator<RecordedEvent> {
  const follower = new LogFollower(folder);
  try {
    for (const event of await follower.events()) {
      const inside = withoutPrefix(event, streamPrefix);
      if (inside !== undefined) yield inside;
    }
  } finally {
    follower.close();
  }
}

function withoutPrefix(event: RecordedEvent, prefix: string): RecordedEvent | undefined {
  if (prefix === '') return event;
  return event.stream.startsWith(prefix) ? new PrefixedEvent(event, event.stream.slice(prefix.length)) : undefined;
}
