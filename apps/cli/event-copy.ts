import { AppendTooLargeError, RevisionConflictError } from '#libs/event-store/port/event-store.errors.js';
import type { EventStore, RecordedEvent } from '#libs/event-store/port/event-store.js';

/** Appended at one go when so many stand side by side in a stream. */
const MAX_EVENTS_AT_ONCE = 100;

/** What marks a stream as deleted for good; it cannot be appended like an event. */
const TOMBSTONE_TYPE = '$streamDeleted';

/** The events cannot be copied; the message says why and what to do. */
export class EventCopyError extends Error {
  override readonly name = 'EventCopyError';
}

/**
 * Copies every event into another event store: same streams, same ids, same revisions, same order. Positions and the
 * time of recording are the other store's own. It may be interrupted and started again: what is there already is
 * recognised by its ids and not written twice.
 *
 * @param progress is told the number of events copied so far, now and then
 * @returns how many events there are
 * @throws EventCopyError the other store holds different events in one of the streams, or an event cannot be copied
 * @throws EventStoreUnavailableError a store cannot be used: start again when it can
 */
export async function copyEvents(
  from: EventStore,
  to: EventStore,
  progress: (copied: number) => void = () => undefined,
): Promise<number> {
  let copied = 0;
  for await (const run of runsOf(from.readAll())) {
    await appendRun(run, to);
    copied += run.length;
    progress(copied);
  }
  return copied;
}

/** Events that stand side by side in a stream, first to last. */
type Run = readonly [RecordedEvent, ...RecordedEvent[]];

async function* runsOf(events: AsyncIterable<RecordedEvent>): AsyncGenerator<Run> {
  let run: [RecordedEvent, ...RecordedEvent[]] | undefined;
  for await (const event of events) {
    if (run !== undefined && run[0].stream === event.stream && run.length < MAX_EVENTS_AT_ONCE) {
      run.push(event);
    } else {
      if (run !== undefined) yield run;
      run = [event];
    }
  }
  if (run !== undefined) yield run;
}

async function appendRun(run: Run, to: EventStore): Promise<void> {
  for (const event of run) assertCopyable(event);
  try {
    await appendAtOnce(run, to);
  } catch (error) {
    if (!(error instanceof AppendTooLargeError) || run.length === 1) throw error;
    for (const event of run) await appendAtOnce([event], to);
  }
}

async function appendAtOnce(run: Run, to: EventStore): Promise<void> {
  const { stream, revision } = run[0];
  const events = run.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }));
  try {
    await to.append(stream, events, revision === 0n ? 'noStream' : revision - 1n);
  } catch (error) {
    if (!(error instanceof RevisionConflictError)) throw error;
    throw new EventCopyError(
      `stream ${stream} holds other events there (its last revision is ${error.actual}, and ${revision} was to come): ` +
        'copy into an EventStoreDB that is empty, or holds what an interrupted copy of these events has left',
    );
  }
}

function assertCopyable({ stream, revision, type, data, metadata }: RecordedEvent): void {
  const place = `event ${revision} of stream ${stream}`;
  if (type === TOMBSTONE_TYPE) {
    throw new EventCopyError(
      `${place} marks a stream that was deleted for good, which only EventStoreDB itself can do`,
    );
  }
  if (data === undefined || data instanceof Uint8Array || metadata instanceof Uint8Array) {
    throw new EventCopyError(
      `${place} is not JSON, so it was not written by Appledger: copy it with the client that was`,
    );
  }
}
