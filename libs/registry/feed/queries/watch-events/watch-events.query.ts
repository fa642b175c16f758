import type { MessageInitShape } from '@bufbuild/protobuf';
import { Query } from '@nestjs/cqrs';
import { FollowsContract } from '#libs/engine/contract/follows-contract.js';
import {
  type WatchEventsRequest,
  WatchEventsRequestSchema,
  type WatchEventsResponseSchema,
} from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import type { FeedReader } from '../support/feed-reader.js';

/** A message of the stream. */
export type WatchedEvent = MessageInitShape<typeof WatchEventsResponseSchema>;

/** Follows the feed. */
export class WatchEventsQuery extends Query<AsyncIterable<WatchedEvent>> {
  @FollowsContract(WatchEventsRequestSchema, 'after')
  readonly after: string;

  @FollowsContract(WatchEventsRequestSchema, 'types')
  readonly types: readonly string[];

  @FollowsContract(WatchEventsRequestSchema, 'project')
  readonly project: string;

  @FollowsContract(WatchEventsRequestSchema, 'application')
  readonly application: string;

  constructor(
    request: Omit<WatchEventsRequest, '$typeName' | '$unknown'>,
    /** The cursor with which a client connects again; undefined: it connects for the first time. */
    readonly lastEventId: string | undefined,
    readonly reader: FeedReader,
  ) {
    super();
    this.after = request.after;
    this.types = request.types;
    this.project = request.project;
    this.application = request.application;
  }
}
