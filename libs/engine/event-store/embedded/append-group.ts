import { randomUUID } from 'node:crypto';
import { RevisionConflictError, StreamDeletedError } from '../port/event-store.errors.js';
import { type AppendResult, BEFORE_FIRST_POSITION, TOMBSTONE_REVISION } from '../port/event-store.js';
import { type AppendCheck, type CheckedStream, checkAppend, isLoose, type KnownEvents } from './append-check.js';
import type { AppendRequest } from './append-request.js';
import { type EventBytes, recordBytes } from './record.js';
import type { StreamHead } from './stream-head.js';
import {
  isSoftDeleted,
  METADATA_TYPE,
  metadataStreamOf,
  revivedMetadata,
  rulesOf,
  streamDescribedBy,
} from './stream-rules.js';

/** The committed state against which a group is planned. */
export interface CommittedState extends KnownEvents {
  /** Whether an id has been written before: in the whole log for recent ids, in this stream for older ones. */
  isKnownId(id: string, stream: string): boolean;
  head(stream: string): StreamHead | undefined;
  /** The data of the newest metadata event of a stream; undefined when it has none. */
  metadataOf(stream: string): Buffer | undefined;
}

/**
 * The result of planning a request: it joins the group (answered once the group is on disk); it is answered or refused
 * at once, from the committed state; or it is deferred to the next group, because it depends on events of this one.
 */
export type Verdict =
  | { readonly kind: 'joined'; readonly result: AppendResult }
  | { readonly kind: 'answered'; readonly result: AppendResult }
  | { readonly kind: 'refused'; readonly error: Error }
  | { readonly kind: 'putOff' };

/** An event of the group, with its stream, revision and position. */
export interface PlannedEvent {
  readonly event: EventBytes;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** Bytes of its record. */
  readonly bytes: number;
  /** The first event of the log with its id, which the index finds by this id permanently. */
  readonly findable: boolean;
  /** The time of recording, in milliseconds since 1970; default: now. */
  readonly recordedAt?: number;
}

/** Appends that are checked one after the other and then committed together. */
export class AppendGroup {
  readonly events: PlannedEvent[] = [];
  readonly heads = new Map<string, StreamHead>();
  /** Bytes of the records of all events. */
  bytes = 0;
  /** The ids of the events of the group; filled when an append needs them. */
  readonly #ids = new Set<string>();
  #idsOf = 0;
  /** The group has metadata of a stream. */
  #hasMetadata = false;
  readonly #committedHead: bigint;

  /**
   * @param state the committed state; must not change until the group is committed
   * @param nextPosition the position of the group's first event
   * @param recordedAt the time at which the group is written, in milliseconds since 1970
   */
  constructor(
    private readonly state: CommittedState,
    private nextPosition: bigint,
    readonly recordedAt: number,
  ) {
    this.#committedHead = nextPosition - 1n;
  }

  /** Checks a request against the committed state and the group, and adds it to the group if it is valid. */
  consider(request: AppendRequest): Verdict {
    const { kind, stream, events } = request;
    if (this.#dependsOnMetadata(stream) || this.#repeatsAnId(request)) return PUT_OFF;
    const inGroup = this.heads.has(stream);
    const checked = this.#checkedStream(stream);
    const check = checkAppend(request, checked, this.state);
    if (check.kind !== 'new') return inGroup ? PUT_OFF : verdictOf(check);
    if (kind === 'append' && events.length === 0 && inGroup) return PUT_OFF;
    if (kind === 'delete' && this.#head(metadataStreamOf(stream))?.tombstoned) {
      return { kind: 'refused', error: new StreamDeletedError(metadataStreamOf(stream)) };
    }
    return this.#unmet(request) ?? this.#join(request, checked);
  }

  /** The verdict on an append whose other stream does not end at the required revision; undefined: it does. */
  #unmet({ provided }: AppendRequest): Verdict | undefined {
    if (provided === undefined) return undefined;
    const { stream, revision } = provided;
    const head = this.#head(stream);
    if (head !== undefined && !head.tombstoned && head.revision === revision) return undefined;
    if (this.heads.has(stream)) return PUT_OFF; // A refusal states the committed revision.
    if (head?.tombstoned) return { kind: 'refused', error: new StreamDeletedError(stream) };
    return { kind: 'refused', error: new RevisionConflictError(stream, revision, head?.revision ?? 'noStream') };
  }

  /** Metadata has an effect only once it is on disk. */
  #dependsOnMetadata(stream: string): boolean {
    if (!this.#hasMetadata) return false;
    const described = streamDescribedBy(stream) !== undefined;
    return this.heads.has(metadataStreamOf(stream)) || (described && this.heads.has(stream));
  }

  /** The first event with an id is known only once it is on disk. */
  #repeatsAnId({ events, expected }: AppendRequest): boolean {
    if (!isLoose(expected)) return false;
    for (; this.#idsOf < this.events.length; this.#idsOf += 1) {
      const planned = this.events[this.#idsOf];
      if (planned !== undefined) this.#ids.add(planned.event.id);
    }
    return events.some(({ id }) => this.#ids.has(id));
  }

  #checkedStream(stream: string): CheckedStream {
    const head = this.#head(stream);
    const described = streamDescribedBy(stream);
    // The metadata of a deleted stream can still be written where there was some.
    const withoutStream = head === undefined && described !== undefined && this.#head(described)?.tombstoned;
    return {
      head,
      tombstoned: head?.tombstoned || withoutStream || false,
      softDeleted: this.#isSoftDeleted(stream),
      hasMetadata: () => this.#head(metadataStreamOf(stream)) !== undefined,
    };
  }

  #join({ kind, stream, events, expected }: AppendRequest, checked: CheckedStream): Verdict {
    if (kind === 'tombstone') {
      return { kind: 'joined', result: this.#put(stream, events, checked.head, { mark: TOMBSTONE_REVISION }) };
    }
    if (kind === 'delete') return { kind: 'joined', result: this.#putMetadata(stream, events) };
    const before = this.events.length;
    const last = checked.head?.revision ?? -1n;
    const nothingPut = { revision: last, position: this.#committedHead };
    const result =
      events.length === 0 ? nothingPut : this.#put(stream, events, checked.head, { findable: isLoose(expected) });
    if (checked.softDeleted) this.#revive(stream, this.state.metadataOf(stream), last + 1n);
    this.#keepHidden(stream, events);
    return { kind: this.events.length === before ? 'answered' : 'joined', result };
  }

  /**
   * Appends events to a stream within the group.
   *
   * @param head of the stream
   * @param options `mark`: the revision of a tombstone, instead of the next revision; `findable`: the index will find
   *   the events by their ids
   */
  #put(
    stream: string,
    events: readonly EventBytes[],
    head: StreamHead | undefined,
    { mark, findable = false }: { readonly mark?: bigint; readonly findable?: boolean } = {},
  ): AppendResult {
    const firstIds = findable ? new Set<string>() : undefined;
    let last = head?.revision ?? -1n;
    let position = BEFORE_FIRST_POSITION;
    for (const event of events) {
      const { id } = event;
      position = this.nextPosition++;
      const revision = mark ?? ++last;
      const isFirst = firstIds !== undefined && !firstIds.has(id) && !this.state.isKnownId(id, stream);
      if (isFirst) firstIds.add(id);
      const bytes = recordBytes(event, stream);
      this.events.push({ event, stream, revision, position, bytes, findable: isFirst });
      this.bytes += bytes;
    }
    this.heads.set(stream, { revision: last, tombstoned: mark !== undefined });
    this.#hasMetadata ||= streamDescribedBy(stream) !== undefined;
    return { revision: mark ?? last, position };
  }

  #putMetadata(stream: string, events: readonly EventBytes[]): AppendResult {
    const metadataStream = metadataStreamOf(stream);
    return this.#put(metadataStream, events, this.#head(metadataStream));
  }

  /**
   * Recreates a deleted stream from a revision on, with metadata as EventStoreDB writes it: as before, but the old
   * events stay hidden. Metadata that is not a JSON object does not change.
   */
  #revive(stream: string, metadata: Buffer | undefined, firstRevision: bigint): void {
    const revived = metadata && revivedMetadata(metadata, firstRevision);
    if (revived !== undefined) this.#putMetadata(stream, [metadataEvent(revived)]);
  }

  /** New metadata of a deleted stream ends the deletion, but must not make the old events visible. */
  #keepHidden(stream: string, events: readonly EventBytes[]): void {
    const described = streamDescribedBy(stream);
    if (described === undefined || !this.#isSoftDeleted(described)) return;
    const head = this.#head(described);
    if (head?.tombstoned) return;
    const newest = events.at(-1);
    const metadata = newest === undefined ? this.state.metadataOf(described) : Buffer.from(newest.data);
    this.#revive(described, metadata, (head?.revision ?? -1n) + 1n);
  }

  #isSoftDeleted(stream: string): boolean {
    return isSoftDeleted(rulesOf(stream, this.state.metadataOf(stream)));
  }

  #head(stream: string): StreamHead | undefined {
    return this.heads.get(stream) ?? this.state.head(stream);
  }
}

const PUT_OFF: Verdict = { kind: 'putOff' };

/** An event for a metadata stream. */
export function metadataEvent(json: string): EventBytes {
  const nothing = Buffer.alloc(0);
  return { id: randomUUID(), type: METADATA_TYPE, isJson: true, data: Buffer.from(json), metadata: nothing };
}

function verdictOf(check: Exclude<AppendCheck, { kind: 'new' }>): Verdict {
  if (check.kind === 'refused') return check;
  const { revision, position } = check.last;
  return { kind: 'answered', result: { revision, position } };
}
