import { randomUUID } from 'node:crypto';
import { RevisionConflictError, StreamDeletedError } from '../port/event-store.errors.js';
import {
  type AppendResult,
  BEFORE_FIRST_POSITION,
  type ExpectedRevision,
  type StreamCondition,
  TOMBSTONE_REVISION,
} from '../port/event-store.js';
import { encodeId } from './event-id.js';
import { type EventBytes, encodeRecord, StoredEvent } from './record.js';
import type { StreamHead } from './stream-head.js';
import {
  isSoftDeleted,
  METADATA_TYPE,
  metadataStreamOf,
  revivedMetadata,
  rulesOf,
  streamDescribedBy,
} from './stream-rules.js';

/**
 * What is asked for. `delete` and `tombstone` come with one event: the metadata that hides the stream until it comes
 * again, or the mark that it is deleted for good.
 */
export interface AppendRequest {
  readonly kind: 'append' | 'delete' | 'tombstone';
  readonly stream: string;
  readonly events: readonly EventBytes[];
  readonly expected: ExpectedRevision;
  /** Where another stream must end. */
  readonly provided?: StreamCondition | undefined;
}

/** What is on disk, as the planning of a group sees it. */
export interface CommittedState {
  head(stream: string): StreamHead | undefined;
  /** The event at a place in a stream, or undefined. */
  eventAt(streamNumber: bigint, revision: bigint): StoredEvent | undefined;
  /** The position at which a stream holds an event id, or undefined. */
  positionOfId(streamNumber: bigint, id: Buffer): bigint | undefined;
  eventAtPosition(position: bigint): StoredEvent | undefined;
  /** The data of the newest metadata event of a stream; undefined when it has none. */
  metadataOf(stream: string): Buffer | undefined;
}

/**
 * What a request comes to: part of the group (answered once the group is on disk); answered or refused at once, from
 * what is already on disk; or put off to the next group, because it depends on what this one is only about to write.
 */
export type Verdict =
  | { readonly kind: 'joined'; readonly result: AppendResult }
  | { readonly kind: 'answered'; readonly result: AppendResult }
  | { readonly kind: 'refused'; readonly error: Error }
  | { readonly kind: 'putOff' };

/** An event of the group, with what the tables need to find it again. */
export interface PlannedEvent {
  readonly streamNumber: bigint;
  readonly revision: bigint;
  readonly event: StoredEvent;
  readonly record: Buffer;
  /** To be found by its id: a repeated append that expects no revision in particular is recognised by nothing else. */
  readonly findable: boolean;
}

/** Appends that are checked one after the other and then committed together. */
export class AppendGroup {
  readonly events: PlannedEvent[] = [];
  readonly heads = new Map<string, StreamHead>();
  bytes = 0;
  readonly #ids = new Set<string>();

  /**
   * @param state what is on disk; must not change until the group is committed
   * @param nextPosition the position that the group's first event takes
   * @param recordedAt the time at which the group is written, in milliseconds since 1970
   */
  constructor(
    private readonly state: CommittedState,
    private nextPosition: bigint,
    private readonly recordedAt: number,
  ) {}

  /** Checks a request against what is on disk and what is already in the group, and takes it in when it holds. */
  consider(request: AppendRequest): Verdict {
    const { stream, events, expected } = request;
    const described = streamDescribedBy(stream);
    const pending = this.heads.get(stream);
    // Metadata counts once it is on disk.
    if (this.heads.has(metadataStreamOf(stream)) || (described !== undefined && pending !== undefined)) return PUT_OFF;
    const head = pending ?? this.state.head(stream);
    const softDeleted = isSoftDeleted(rulesOf(stream, this.state.metadataOf(stream)));
    const verdict = this.#check(request, head, softDeleted);
    if (verdict === undefined) {
      const repeated =
        pending !== undefined && isLoose(expected) && events.some(({ id }) => this.#ids.has(`${stream}\n${id}`));
      return repeated ? PUT_OFF : (this.#unmet(request) ?? this.#join(request, head, softDeleted));
    }
    return pending === undefined ? verdict : PUT_OFF;
  }

  /** What an append comes to whose other stream does not end where it must; undefined: it does. */
  #unmet({ provided }: AppendRequest): Verdict | undefined {
    if (provided === undefined) return undefined;
    const { stream, revision } = provided;
    const head = this.#head(stream);
    if (head !== undefined && !head.tombstoned && head.revision === revision) return undefined;
    if (this.heads.has(stream)) return PUT_OFF; // A refusal says what is on disk.
    if (head?.tombstoned) return { kind: 'refused', error: new StreamDeletedError(stream) };
    return { kind: 'refused', error: new RevisionConflictError(stream, revision, head?.revision ?? 'noStream') };
  }

  #check(request: AppendRequest, head: StreamHead | undefined, softDeleted: boolean): Verdict | undefined {
    const { kind, stream, events, expected } = request;
    const described = streamDescribedBy(stream);
    const gone = head?.tombstoned || (described !== undefined && this.#head(described)?.tombstoned);
    if (gone || (softDeleted && expected === 'streamExists')) {
      return { kind: 'refused', error: new StreamDeletedError(stream) };
    }
    const original = kind === 'append' ? this.#original(events, expected, head) : undefined;
    if (original !== undefined && original !== 'mismatch') return { kind: 'answered', result: original };
    const nothingToDelete = kind === 'delete' && head === undefined;
    if (original === 'mismatch' || nothingToDelete || !isAsExpected(expected, head, softDeleted)) {
      return { kind: 'refused', error: new RevisionConflictError(stream, expected, head?.revision ?? 'noStream') };
    }
    if (events.length === 0) {
      const position = this.nextPosition - 1n - BigInt(this.events.length);
      return { kind: 'answered', result: { revision: head?.revision ?? -1n, position } };
    }
    return undefined;
  }

  /**
   * The result of an earlier append of the same events, if there was one. With an expected revision that has passed,
   * the events must stand right after it; otherwise they are looked for by their ids. `mismatch`: the first id is
   * known but the others do not follow it.
   */
  #original(
    events: readonly EventBytes[],
    expected: ExpectedRevision,
    head: StreamHead | undefined,
  ): AppendResult | 'mismatch' | undefined {
    const first = events[0];
    if (head === undefined || first === undefined || isExactly(expected, head)) return undefined;
    if (isLoose(expected)) {
      const position = this.state.positionOfId(head.streamNumber, encodeId(first.id));
      if (position === undefined) return undefined;
      const revision = this.state.eventAtPosition(position)?.revision;
      return (revision !== undefined && this.#sameEvents(head, revision, events)) || 'mismatch';
    }
    return this.#sameEvents(head, expected === 'noStream' ? 0n : expected + 1n, events);
  }

  #sameEvents(head: StreamHead, from: bigint, events: readonly EventBytes[]): AppendResult | undefined {
    let last: StoredEvent | undefined;
    for (const [index, { id }] of events.entries()) {
      last = this.state.eventAt(head.streamNumber, from + BigInt(index));
      if (last?.id !== id) return undefined;
    }
    return last && { revision: last.revision, position: last.position };
  }

  #join(request: AppendRequest, head: StreamHead | undefined, softDeleted: boolean): Verdict {
    const { kind, stream, events, expected } = request;
    const findable = isLoose(expected);
    if (kind === 'tombstone')
      return { kind: 'joined', result: this.#put(stream, events, findable, TOMBSTONE_REVISION) };
    if (kind === 'delete') return { kind: 'joined', result: this.#put(metadataStreamOf(stream), events, false) };
    const result = this.#put(stream, events, findable);
    if (softDeleted) this.#revive(stream, this.state.metadataOf(stream), (head?.revision ?? -1n) + 1n);
    this.#keepHidden(stream, events);
    return { kind: 'joined', result };
  }

  /** Puts events behind the last one of a stream, or at a given revision when they mark its end. */
  #put(stream: string, events: readonly EventBytes[], findable: boolean, mark?: bigint): AppendResult {
    const head = this.#head(stream);
    const streamNumber = head?.streamNumber ?? this.nextPosition;
    let last = head?.revision ?? -1n;
    let position = BEFORE_FIRST_POSITION;
    for (const event of events) {
      position = this.nextPosition++;
      const revision = mark ?? ++last;
      const record = encodeRecord(event, { stream, revision, recordedAt: this.recordedAt });
      this.events.push({ streamNumber, revision, record, event: new StoredEvent(position, record), findable });
      if (findable) this.#ids.add(`${stream}\n${event.id}`);
      this.bytes += record.length;
    }
    this.heads.set(stream, { streamNumber, revision: last, tombstoned: mark !== undefined });
    return { revision: mark ?? last, position };
  }

  /** Lets a deleted stream come again from a revision on, by metadata as EventStoreDB writes it. */
  #revive(stream: string, metadata: Buffer | undefined, firstRevision: bigint): void {
    this.#put(metadataStreamOf(stream), [metadataEvent(revivedMetadata(metadata, firstRevision))], false);
  }

  /** New metadata of a deleted stream ends the deletion, but must not bring the old events back. */
  #keepHidden(stream: string, events: readonly EventBytes[]): void {
    const described = streamDescribedBy(stream);
    const newest = events.at(-1);
    if (described === undefined || newest === undefined) return;
    if (!isSoftDeleted(rulesOf(described, this.state.metadataOf(described)))) return;
    this.#revive(described, Buffer.from(newest.data), (this.#head(described)?.revision ?? -1n) + 1n);
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

/** No place in the stream is expected at which a repeated append could be looked for. */
function isLoose(expected: ExpectedRevision): expected is 'any' | 'streamExists' {
  return expected === 'any' || expected === 'streamExists';
}

function isExactly(expected: ExpectedRevision, head: StreamHead): boolean {
  return typeof expected === 'bigint' && expected === head.revision;
}

function isAsExpected(expected: ExpectedRevision, head: StreamHead | undefined, softDeleted: boolean): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'noStream':
      return head === undefined || softDeleted;
    case 'streamExists':
      return head !== undefined;
    default:
      return head !== undefined && isExactly(expected, head);
  }
}
