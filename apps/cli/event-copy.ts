import { AppendTooLargeError, RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import {
  BEFORE_FIRST_POSITION,
  type EventStore,
  type RecordedEvent,
} from '#libs/engine/event-store/port/event-store.js';
import { features } from '#libs/registry/features.js';

/** The largest number of consecutive events of a stream that are appended at once. */
const MAX_EVENTS_AT_ONCE = 100;

/** The type of the event that marks a stream as deleted for good; it cannot be appended. */
const TOMBSTONE_TYPE = '$streamDeleted';

/** The prefix of the names of system streams. */
const SYSTEM_PREFIX = '$';

/** The events cannot be copied; the message says why and what to do. */
export class EventCopyError extends Error {
  override readonly name = 'EventCopyError';
}

/** Options of a copy. */
export interface CopyOptions {
  /** If set, the target may contain streams that do not belong to the installation with this prefix. */
  readonly sharedBeside?: string;
  /** Receives progress lines. */
  readonly progress?: (line: string) => void;
}

/** The result of a copy. */
export interface CopyResult {
  /** The number of copied events in the target. */
  readonly events: number;
  /** The number of those that an earlier copy had written. */
  readonly before: number;
}

/**
 * Copies every event into another event store, with the same streams, ids, revisions and order. Positions and recording
 * times are assigned by the target. The copy can be interrupted and started again: it continues after the existing
 * events.
 *
 * @throws EventCopyError the target contains other events, or an event cannot be copied
 * @throws EventStoreUnavailableError a store cannot be used: start the copy again when it can
 */
export async function copyAllEvents(
  from: EventStore,
  to: EventStore,
  { sharedBeside, progress = () => undefined }: CopyOptions = {},
): Promise<CopyResult> {
  const { before, last } = await alreadyCopied(from, to, whatCounts(sharedBeside), progress);
  let events = before;
  for await (const run of runsOf(from.readAll({ from: last + 1n }))) {
    await appendRun(run, to);
    events += run.length;
    progress(`${events} events copied`);
  }
  return { events, before };
}

/**
 * Compares the events of the target with the first events of the source. A copy is made in order, so an interrupted copy
 * has written the first events and nothing else.
 *
 * @returns the number of events that exist already, and the position of the last one in the source
 * @throws EventCopyError the target contains another event
 */
async function alreadyCopied(
  from: EventStore,
  to: EventStore,
  counts: (events: AsyncIterable<RecordedEvent>) => AsyncGenerator<RecordedEvent>,
  progress: (line: string) => void,
): Promise<{ readonly before: number; readonly last: bigint }> {
  const source = counts(from.readAll());
  let [before, last, next] = [0, BEFORE_FIRST_POSITION, await source.next()];
  for await (const there of counts(to.readAll())) {
    if (next.done) break; // Everything has been copied, and new events have been appended since.
    if (isSame(next.value, there)) {
      last = next.value.position;
      next = await source.next();
      before += 1;
      progress(`${before} events are there already`);
    } else if (!there.stream.startsWith(SYSTEM_PREFIX)) {
      throw new EventCopyError(
        `EventStoreDB is not empty: event ${there.id} (${there.type}, revision ${there.revision} of stream ${there.stream}) is not of this copy. ` +
          'Copy into an EventStoreDB that is empty, or holds what an interrupted copy of these events has left',
      );
    }
  }
  await source.return(undefined);
  return { before, last };
}

/** Leaves out the streams that do not matter: in a shared store those of everybody else. */
function whatCounts(sharedBeside: string | undefined) {
  return async function* (events: AsyncIterable<RecordedEvent>): AsyncGenerator<RecordedEvent> {
    for await (const event of events) if (sharedBeside === undefined || isOf(sharedBeside, event.stream)) yield event;
  };
}

function isOf(streamPrefix: string, stream: string): boolean {
  return stream.startsWith(streamPrefix) && features.codec.streams.has(stream.slice(streamPrefix.length));
}

function isSame(one: RecordedEvent, other: RecordedEvent): boolean {
  return one.id === other.id && one.stream === other.stream && one.revision === other.revision;
}

/** Consecutive events of one stream. */
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
