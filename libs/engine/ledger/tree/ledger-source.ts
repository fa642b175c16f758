import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import { type OwnStreams, ownStreams, type StreamKind } from '#libs/engine/events/own-streams.js';

/** How long events gather before a checkpoint is signed, in milliseconds: the ledger is at most a second behind the log. */
export const GATHER_MS = 700;

/** A part of the log, in its order. */
export interface LedgerBatch {
  readonly events: readonly RecordedEvent[];
  /** Nothing newer was known when the batch was made. */
  readonly caughtUp: boolean;
  /** Why the log cannot be followed beyond this batch. It is still compared with what was signed. */
  readonly fault?: string | undefined;
}

/** The log of which the ledger is kept. Its events have the names of streams without APPLEDGER_STREAM_PREFIX. */
export interface LedgerSource {
  /** Follows the log from its first event on. Ends when the log may be another one, or the signal aborts. */
  follow(signal: AbortSignal): AsyncIterable<LedgerBatch>;
  /** Reads the log once more, to its present end. */
  again(): AsyncIterable<RecordedEvent>;
}

const DOLLAR = 0x24;

/** Whether an event is in the ledger: it lies in a stream of the registry, and is not the store's own, such as a tombstone. */
export function domainEvents(kinds: readonly StreamKind[]): (event: RecordedEvent) => boolean {
  const streams: OwnStreams = ownStreams(kinds);
  return (event) => streams.has(event.stream) && !isOfStore(event);
}

/** Whether the type of an event begins with a dollar sign. Its text need not be made for that. */
function isOfStore(event: RecordedEvent): boolean {
  const { written } = event;
  if (written === undefined) return event.type.startsWith('$');
  return written.typeStart < written.dataStart && written.bytes[written.typeStart] === DOLLAR;
}
