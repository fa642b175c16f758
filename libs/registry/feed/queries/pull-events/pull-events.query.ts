import { Query } from '@nestjs/cqrs';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import { PropertyRule } from '#libs/engine/contract/property-rules.js';
import { type PullEventsRequest, PullEventsRequestSchema } from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import { FollowsListLimit, listLimit } from '#libs/registry/contract/list-limits.js';
import type { FeedEvent } from '../../feed-event.js';
import type { FeedReader } from '../support/feed-reader.js';

/** The longest wait: below the idle timeouts of common proxies. */
const MAX_WAIT_MS = 60_000;

/** A page of the feed. */
export interface EventPage {
  readonly events: readonly FeedEvent[];
  readonly nextCursor: string;
  /** More events may follow at once. */
  readonly hasMore: boolean;
}

/** Reads a page of the feed. */
export class PullEventsQuery extends Query<EventPage> {
  @FollowsContract(PullEventsRequestSchema, 'after')
  readonly after: string;

  @FollowsContract(PullEventsRequestSchema, 'types')
  readonly types: readonly string[];

  @FollowsContract(PullEventsRequestSchema, 'project')
  readonly project: string;

  @FollowsContract(PullEventsRequestSchema, 'application')
  readonly application: string;

  @FollowsListLimit(PullEventsRequestSchema.field.limit, 'after', 'limit')
  readonly limit: number;

  /** How long to wait for an event, in milliseconds. */
  @PropertyRule('wait', (value) => waitFault(value as number))
  readonly wait: number;

  constructor(
    request: Omit<PullEventsRequest, '$typeName' | '$unknown'>,
    readonly reader: FeedReader,
  ) {
    super();
    this.after = request.after;
    this.types = request.types;
    this.project = request.project;
    this.application = request.application;
    this.limit = listLimit(request);
    this.wait = Number(request.wait?.seconds ?? 0n) * 1_000 + (request.wait?.nanos ?? 0) / 1_000_000;
  }
}

function waitFault(milliseconds: number): string | undefined {
  if (milliseconds >= 0 && milliseconds <= MAX_WAIT_MS) return undefined;
  return `must be a duration from 0s to ${MAX_WAIT_MS / 1_000}s (got ${milliseconds / 1_000}s)`;
}
