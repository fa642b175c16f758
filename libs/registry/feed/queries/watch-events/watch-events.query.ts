import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  type WatchEventsRequest,
  WatchEventsRequestSchema,
  type WatchEventsResponseSchema,
} from '#libs/registry/contract/gen/appledger/v1/events_pb.js';
import { queryFrom } from '#libs/registry/shared/from-request.js';
import type { FeedReader } from '../support/feed-reader.js';

/** A message of the stream. */
export type WatchedEvent = MessageInitShape<typeof WatchEventsResponseSchema>;

const Base = queryFrom(WatchEventsRequestSchema, 'after', 'types', 'project', 'application');

/** Follows the feed. */
export class WatchEventsQuery extends Base<AsyncIterable<WatchedEvent>, FeedReader> {
  constructor(
    request: Omit<WatchEventsRequest, '$typeName' | '$unknown'>,
    /** The cursor with which a client connects again; undefined: it connects for the first time. */
    readonly lastEventId: string | undefined,
    reader: FeedReader,
  ) {
    super(request, reader);
  }
}
