import { setTimeout as delay } from 'node:timers/promises';
import {
  BEFORE_FIRST_POSITION,
  type EventStore,
  type RecordedEvent,
} from '#libs/engine/event-store/port/event-store.js';
import type { LedgerBatch, LedgerSource } from '#libs/engine/ledger/tree/ledger-source.js';
import { GATHER_MS } from '#libs/engine/ledger/tree/ledger-source.js';

/** Events that are given at once. */
const BATCH_EVENTS = 2_048;

/** Events of a page when the log is read once more. */
const PAGE_EVENTS = 1_000;

/** Reads an event store through its port. Over another connection the store may have another log: then it ends. */
export class EventStoreSource implements LedgerSource {
  /** @param streamPrefixes the beginnings of the names of the registry's streams */
  constructor(
    private readonly store: EventStore,
    private readonly streamPrefixes: readonly string[],
  ) {}

  async *follow(signal: AbortSignal): AsyncGenerator<LedgerBatch> {
    const { streamPrefixes } = this;
    let connection: number | undefined;
    const options = { filter: { streamPrefixes }, maxBatch: BATCH_EVENTS, signal };
    for await (const { events, caughtUp } of this.store.subscribeToAll(options)) {
      connection ??= this.store.connectionCount;
      if (this.store.connectionCount !== connection) return;
      yield { events, caughtUp };
      if (caughtUp) await delay(GATHER_MS, undefined, { signal }).catch(() => undefined); // stopping
    }
  }

  async *again(): AsyncGenerator<RecordedEvent> {
    const filter = { streamPrefixes: this.streamPrefixes };
    for (let from = BEFORE_FIRST_POSITION + 1n; ; ) {
      let last: bigint | undefined;
      for await (const event of this.store.readAll({ from, limit: PAGE_EVENTS, filter })) {
        last = event.position;
        yield event;
      }
      if (last === undefined) return;
      from = last + 1n;
    }
  }
}
