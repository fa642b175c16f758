import { RevisionConflictError, StreamDeletedError } from '../port/event-store.errors.js';
import { type AppendResult, BEFORE_FIRST_POSITION, type ExpectedRevision } from '../port/event-store.js';
import { type EventBytes, encodeId, encodeRecord, StoredEvent } from './record.js';
import type { StreamHead } from './stream-head.js';

/** The revision of the event that marks a stream as deleted for good, as EventStoreDB numbers it. */
export const TOMBSTONE_REVISION = 2n ** 63n - 1n;

/** An append, or a tombstone (then `events` holds the event that marks it). */
export interface AppendRequest {
  readonly stream: string;
  readonly events: readonly EventBytes[];
  readonly expected: ExpectedRevision;
  readonly tombstone: boolean;
}

/** What is on disk, as the planning of a group sees it. */
export interface CommittedState {
  head(stream: string): StreamHead | undefined;
  /** The event at a place in a stream, or undefined. */
  eventAt(streamNumber: bigint, revision: bigint): StoredEvent | undefined;
  /** The position at which a stream holds an event id, or undefined. */
  positionOfId(streamNumber: bigint, id: Buffer): bigint | undefined;
  eventAtPosition(position: bigint): StoredEvent | undefined;
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
    const pending = this.heads.get(stream);
    const head = pending ?? this.state.head(stream);
    const verdict = this.#check(request, head);
    if (verdict === undefined) {
      const repeated =
        pending !== undefined && isLoose(expected) && events.some(({ id }) => this.#ids.has(`${stream}\n${id}`));
      return repeated ? { kind: 'putOff' } : this.#join(request, head);
    }
    return pending === undefined ? verdict : { kind: 'putOff' };
  }

  #check({ stream, events, expected, tombstone }: AppendRequest, head: StreamHead | undefined): Verdict | undefined {
    if (head?.tombstoned) return { kind: 'refused', error: new StreamDeletedError(stream) };
    const original = tombstone ? undefined : this.#original(events, expected, head);
    if (original !== undefined && original !== 'mismatch') return { kind: 'answered', result: original };
    if (original === 'mismatch' || !isAsExpected(expected, head)) {
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

  #join({ stream, events, expected, tombstone }: AppendRequest, head: StreamHead | undefined): Verdict {
    const streamNumber = head?.streamNumber ?? this.nextPosition;
    let revision = head?.revision ?? -1n;
    let position = BEFORE_FIRST_POSITION;
    const findable = isLoose(expected);
    for (const event of events) {
      position = this.nextPosition++;
      const place = tombstone ? TOMBSTONE_REVISION : ++revision;
      const record = encodeRecord(event, { stream, revision: place, recordedAt: this.recordedAt });
      const stored = new StoredEvent(position, record);
      this.events.push({ streamNumber, revision: place, record, event: stored, findable });
      if (findable) this.#ids.add(`${stream}\n${event.id}`);
      this.bytes += record.length;
    }
    const truncateBefore = head?.truncateBefore ?? 0n;
    this.heads.set(stream, { streamNumber, revision, tombstoned: tombstone, truncateBefore });
    return { kind: 'joined', result: { revision: tombstone ? TOMBSTONE_REVISION : revision, position } };
  }
}

/** No place in the stream is expected at which a repeated append could be looked for. */
function isLoose(expected: ExpectedRevision): expected is 'any' | 'streamExists' {
  return expected === 'any' || expected === 'streamExists';
}

function isExactly(expected: ExpectedRevision, head: StreamHead): boolean {
  return typeof expected === 'bigint' && expected === head.revision;
}

function isAsExpected(expected: ExpectedRevision, head: StreamHead | undefined): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'noStream':
      return head === undefined;
    case 'streamExists':
      return head !== undefined;
    default:
      return head !== undefined && isExactly(expected, head);
  }
}
