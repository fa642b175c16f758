import { randomUUID } from 'node:crypto';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { identityInEvents, LogIdentity } from '#libs/engine/projector/log-identity.js';
import { features } from '#libs/registry/features.js';
import { ApplicationProjects } from '#libs/registry/feed/application-projects.js';
import { EventDecoder } from '#libs/registry/feed/event-decoder.js';
import { Feed } from '#libs/registry/feed/feed.js';
import { LiveFeed } from '#libs/registry/feed/live-feed.js';
import { PullEventsHandler } from '#libs/registry/feed/queries/pull-events/pull-events.handler.js';
import { type EventPage, PullEventsQuery } from '#libs/registry/feed/queries/pull-events/pull-events.query.js';
import type { FeedReader } from '#libs/registry/feed/queries/support/feed-reader.js';
import { StartingPoint } from '#libs/registry/feed/starting-point.js';
import { silentLog } from './silent-log.js';

const { codec, publicEvents } = features;

/** A reader who sees all organizations. */
export const everyone: FeedReader = {
  organization: undefined,
  expiresAt: undefined,
  abandoned: new AbortController().signal,
  stopping: new AbortController().signal,
};

/** What a request of {@link FeedScene.pull} may say. */
interface Pull {
  readonly after?: string;
  readonly types?: string[];
  readonly project?: string;
  readonly application?: string;
  readonly limit?: number;
  readonly waitMs?: number;
  readonly reader?: FeedReader;
}

/** The feed over an event store, as the server composes it. */
export class FeedScene {
  readonly feed: Feed;
  readonly #live: LiveFeed;
  readonly #pulls: PullEventsHandler;

  constructor(readonly store: EventStore) {
    const identity = new LogIdentity(store, () =>
      identityInEvents(store, { codec, clock: systemClock, streamPrefix: '', issuer: undefined, log: silentLog }),
    );
    const decoder = new EventDecoder(codec, publicEvents, identity, () => undefined);
    this.#live = new LiveFeed(store, identity, decoder);
    this.feed = new Feed(store, identity, decoder, new ApplicationProjects(store, codec), this.#live);
    this.#pulls = new PullEventsHandler(this.feed, new StartingPoint(store, codec, publicEvents, identity), decoder);
  }

  pull({ waitMs = 0, reader = everyone, ...request }: Pull): Promise<EventPage> {
    const wait = { $typeName: 'google.protobuf.Duration', seconds: 0n, nanos: waitMs * 1_000_000 } as const;
    const fields = { after: '', types: [], project: '', application: '', limit: 0, wait, ...request };
    return this.#pulls.execute(new PullEventsQuery(fields, reader));
  }

  /** The events of all pages, one after the other, and the last cursor. A page may be short where the store is slow. */
  async pullPages(request: Pull): Promise<Pick<EventPage, 'events' | 'nextCursor'>> {
    const all: EventPage['events'][number][] = [];
    for (let after = request.after ?? ''; ; ) {
      const { events, nextCursor, hasMore } = await this.pull({ ...request, after });
      all.push(...events);
      if (!hasMore) return { events: all, nextCursor };
      after = nextCursor;
    }
  }

  /** The ids of the events of all pages. */
  async pullAll(request: Pull): Promise<readonly string[]> {
    return (await this.pullPages(request)).events.map(({ envelope }) => envelope.id ?? '');
  }

  /** Appends events of an organization to a stream. Answers their ids. */
  async append(stream: string, resourceOwner: string, events: readonly { type: string; data: object }[]) {
    const metadata = {
      resourceOwner,
      editor: { user: 'somebody' },
      occurredAt: '2024-04-10T04:31:16.326Z',
      $correlationId: 'a-request',
      $causationId: 'a-request',
    };
    const encoded = codec.encode(events as never, metadata, randomUUID);
    await this.store.append(stream, encoded, 'any');
    return encoded.map(({ id }) => id);
  }

  async close(): Promise<void> {
    await this.#live.onModuleDestroy();
    await this.store.close();
  }
}
