import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { Query } from '@nestjs/cqrs';
import { type ListEventsRequest, ListEventsRequestSchema } from '@zitadel/proto/zitadel/admin_pb.js';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';

/** The most events of an answer, and the default. A caller continues with the sequence or time of the last one. */
export const MAX_EVENTS = 1_000;

const NANOS_PER_MS = 1_000_000n;
const NANOS_PER_SECOND = 1_000_000_000n;

/** Lists public events of the whole store; an empty filter matches all. */
export class ListEventsQuery extends Query<readonly DecodedEvent[]> {
  @FollowsContract(ListEventsRequestSchema, 'editorUserId')
  readonly editorUserId: string;

  @FollowsContract(ListEventsRequestSchema, 'eventTypes')
  readonly eventTypes: readonly string[];

  @FollowsContract(ListEventsRequestSchema, 'aggregateId')
  readonly aggregateId: string;

  @FollowsContract(ListEventsRequestSchema, 'aggregateTypes')
  readonly aggregateTypes: readonly string[];

  @FollowsContract(ListEventsRequestSchema, 'resourceOwner')
  readonly resourceOwner: string;

  readonly limit: number;
  /** The sequence after which events are listed, in each aggregate; 0: from the first. */
  readonly sequence: bigint;
  /** Oldest first. */
  readonly ascending: boolean;

  /** The times between which the events happened, both inclusive, in milliseconds since 1970. */
  readonly since: bigint | undefined;
  readonly until: bigint | undefined;

  constructor(
    request: Omit<ListEventsRequest, '$typeName' | '$unknown' | 'creationDate'>,
    /** Aborts when the caller has gone: the query may have to read the whole log. */
    readonly abandoned: AbortSignal,
  ) {
    super();
    this.editorUserId = request.editorUserId;
    this.eventTypes = request.eventTypes;
    this.aggregateId = request.aggregateId;
    this.aggregateTypes = request.aggregateTypes;
    this.resourceOwner = request.resourceOwner;
    this.limit = request.limit === 0 || request.limit > MAX_EVENTS ? MAX_EVENTS : request.limit;
    this.sequence = request.sequence;
    this.ascending = request.asc;
    const { since, until } = timesOf(request);
    this.since = since && (nanosOf(since) + NANOS_PER_MS - 1n) / NANOS_PER_MS; // the first millisecond that is not before it
    this.until = until && nanosOf(until) / NANOS_PER_MS;
  }
}

/** `from` is where the list begins: with the newest first it is the end of the time range. */
function timesOf({ creationDateFilter: filter, asc }: Pick<ListEventsRequest, 'creationDateFilter' | 'asc'>): {
  readonly since?: Timestamp | undefined;
  readonly until?: Timestamp | undefined;
} {
  if (filter.case === 'range') return filter.value;
  if (filter.case === undefined) return {};
  return asc ? { since: filter.value } : { until: filter.value };
}

function nanosOf({ seconds, nanos }: Timestamp): bigint {
  return seconds * NANOS_PER_SECOND + BigInt(nanos);
}
