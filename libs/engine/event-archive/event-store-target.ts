import type { RecordedBytes } from '#libs/engine/event-store/port/event-bytes.js';
import { AppendTooLargeError, RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore, EventToAppend, StreamAppend } from '#libs/engine/event-store/port/event-store.js';
import { ArchiveError } from './archive.errors.js';
import type { ImportTarget, PresentEvent } from './import-target.js';
import { OrderedAppends } from './ordered-appends.js';

/** The largest number of consecutive events of a stream that are appended at once. */
const MAX_EVENTS_AT_ONCE = 100;

/**
 * A larger append is made by itself: EventStoreDB may refuse it for its size, and its events are then appended one by
 * one, before any later ones.
 */
const MAX_BYTES_UNDER_WAY = 65_536;

/** The number of events that are compared at once. */
const COMPARED_AT_ONCE = 500;

/** The type of the event that marks a stream as deleted for good; it cannot be appended. */
const TOMBSTONE_TYPE = '$streamDeleted';

/** The prefix of the names of system streams. */
const SYSTEM_PREFIX = '$';

/** Which events of a shared store concern the import: those of streams whose name begins so, and is accepted. */
export interface SharedStreams {
  readonly prefixes: readonly string[];
  has(stream: string): boolean;
}

/**
 * An event store behind its port, into which an import appends in the order of the export. Positions, and the times at
 * which the store recorded the events, are assigned by the store.
 */
export class EventStoreTarget implements ImportTarget {
  readonly #appends: OrderedAppends;

  /** @param shared the streams that concern the import; undefined: all but the system's, the store is for it alone */
  constructor(
    readonly name: string,
    private readonly store: EventStore,
    private readonly shared?: SharedStreams,
  ) {
    this.#appends = new OrderedAppends(store, name);
  }

  async *present(): AsyncGenerator<readonly PresentEvent[]> {
    const { shared } = this;
    let events: PresentEvent[] = [];
    for await (const event of this.store.readAll(shared && { filter: { streamPrefixes: shared.prefixes } })) {
      if (shared?.has(event.stream) ?? true) events.push(event);
      if (events.length < COMPARED_AT_ONCE) continue;
      yield events;
      events = [];
    }
    if (events.length > 0) yield events;
  }

  ignores({ stream }: PresentEvent): boolean {
    return stream.startsWith(SYSTEM_PREFIX);
  }

  async write(events: readonly RecordedBytes[]): Promise<void> {
    try {
      for (const run of runsOf(events)) await this.#append(run);
      await this.#appends.settle();
    } catch (error) {
      await this.#appends.end();
      throw error instanceof RevisionConflictError ? this.#notEmpty(error) : error;
    }
  }

  async #append(run: Run): Promise<void> {
    if (sizeOf(run) <= MAX_BYTES_UNDER_WAY) return this.#appends.begin(appendOf(run));
    try {
      await this.#appends.alone(appendOf(run));
    } catch (error) {
      if (!(error instanceof AppendTooLargeError) || run.length === 1) throw error;
      for (const event of run) await this.#appends.alone(appendOf([event]));
    }
  }

  #notEmpty({ stream, expected, actual }: RevisionConflictError): ArchiveError {
    return new ArchiveError(
      `stream ${stream} holds other events in ${this.name} (its last revision is ${actual}, and not ${expected}): ` +
        'import into a store that is empty, or holds what an interrupted import of this export has left',
    );
  }
}

/** Consecutive events of one stream. */
type Run = readonly [RecordedBytes, ...RecordedBytes[]];

function* runsOf(events: readonly RecordedBytes[]): Generator<Run> {
  let run: [RecordedBytes, ...RecordedBytes[]] | undefined;
  for (const event of events) {
    if (run !== undefined && run[0].stream === event.stream && run.length < MAX_EVENTS_AT_ONCE) {
      run.push(event);
    } else {
      if (run !== undefined) yield run;
      run = [event];
    }
  }
  if (run !== undefined) yield run;
}

function appendOf(run: Run): StreamAppend {
  const [{ stream, revision }] = run;
  return { stream, events: run.map(toAppend), expected: revision === 0n ? 'noStream' : revision - 1n };
}

/** The bytes of the events' data and metadata. */
function sizeOf(run: Run): number {
  return run.reduce((size, { data, metadata }) => size + data.length + metadata.length, 0);
}

function toAppend(event: RecordedBytes): EventToAppend {
  const { id, stream, revision, type } = event;
  const place = `event ${revision} of stream ${stream}`;
  if (type === TOMBSTONE_TYPE) {
    throw new ArchiveError(`${place} marks a stream that was deleted for good, which only EventStoreDB itself can do`);
  }
  const [data, metadata] = [parsedAs(event.data, event.isJson), parsedAs(event.metadata, event.isJson)];
  if (event.data.length === 0 || data === undefined || metadata === undefined) {
    throw new ArchiveError(
      `${place} is not JSON in the form in which Appledger writes it, so another program has written it: move it with that program`,
    );
  }
  return { id, type, data: data.value, metadata: metadata.value };
}

/** The value that is written as these bytes again; undefined: there is none. No bytes are the value undefined. */
function parsedAs(bytes: Uint8Array, isJson: boolean): { readonly value: unknown } | undefined {
  if (!isJson) return undefined;
  if (bytes.length === 0) return { value: undefined };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? { value } : undefined;
  } catch {
    return undefined;
  }
}
