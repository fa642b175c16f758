import { Inject, Injectable } from '@nestjs/common';
import type { EventStore, RecordedEvent, SubscriptionBatch } from '#libs/engine/event-store/port/event-store.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { EVENT_STORE, LOG_IDENTITY } from '#libs/engine/runtime/tokens.js';
import { applicationStream } from '#libs/registry/applications/index.js';
import { ApplicationProjects } from './application-projects.js';
import { batchesOfStream } from './batches-of-stream.js';
import { EventDecoder } from './event-decoder.js';
import { EventFeed, type StreamPlace } from './event-feed.js';
import { assertSameLog } from './feed.errors.js';
import type { FeedEvent, FeedStep } from './feed-event.js';
import { LiveFeed } from './live-feed.js';
import { APPLICATION, type Selection, selects, storeFilter } from './selection.js';
import { streamEvents } from './stream-events.js';

/** Events that are read at once while a reader catches up: its memory, when it is slow, about 300 kB. */
const CATCH_UP_BATCH = 100;

/** The public events of the log, for readers that begin anywhere in it. */
@Injectable()
export class Feed extends EventFeed {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOG_IDENTITY) private readonly identity: LogIdentity,
    private readonly decoder: EventDecoder,
    private readonly projects: ApplicationProjects,
    private readonly live: LiveFeed,
  ) {
    super();
  }

  async *follow(
    selection: Selection,
    { after, log }: { readonly after: bigint; readonly log: string | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<FeedStep> {
    let position = after;
    while (!signal.aborted) {
      for await (const step of this.#live(selection, position, signal)) {
        position = step.position;
        yield step;
      }
      for await (const step of this.#catchUp(selection, { after: position, log }, signal)) {
        position = step.position;
        yield step;
      }
    }
  }

  async ofStream(
    selection: Selection,
    stream: string,
    options: { readonly from: bigint; readonly limit: number },
  ): Promise<readonly StreamPlace[]> {
    const places: StreamPlace[] = [];
    for await (const recorded of streamEvents(this.store, stream, options)) {
      const { revision, position } = recorded;
      places.push({ revision, position, event: this.#selected(selection, recorded) });
    }
    return places;
  }

  async log(): Promise<{ readonly identity: string | undefined; readonly head: bigint }> {
    return { identity: await this.identity.current(), head: await this.store.head() };
  }

  /** The steps of the live feed; none when it does not keep the events after the position, and no more when it is too slow. */
  async *#live(selection: Selection, after: bigint, signal: AbortSignal): AsyncGenerator<FeedStep> {
    const reader = await this.live.join(after, selection);
    if (reader === undefined) return;
    try {
      while (!signal.aborted && !reader.isLeftBehind) {
        yield await this.#ofProject(selection, reader.take());
        await reader.changed(signal);
      }
    } finally {
      this.live.leave(reader);
    }
  }

  /** Steps of the reader's own, until the live feed can take over. */
  async *#catchUp(
    selection: Selection,
    { after, log }: { readonly after: bigint; readonly log: string | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<FeedStep> {
    const leaving = new AbortController();
    let position = after;
    const options = {
      after,
      filter: storeFilter(selection, this.decoder.publicEvents),
      maxBatch: CATCH_UP_BATCH,
      signal: AbortSignal.any([signal, leaving.signal]),
    };
    const batches =
      selection.application === undefined
        ? this.store.subscribeToAll(options)
        : batchesOfStream(this.store, applicationStream(selection.application), options);
    try {
      for await (const batch of batches) {
        await assertSameLog(this.identity, log);
        const { step, failure } = this.#stepOf(selection, batch, position);
        position = step.position;
        yield await this.#ofProject(selection, step);
        if (failure !== undefined) throw failure;
        if (this.live.keepsAfter(position) || (batch.caughtUp && !this.live.isRunning)) return;
      }
    } finally {
      leaving.abort();
    }
  }

  /** The selected events of a batch, up to the first that cannot be read. @param before the position before the batch */
  #stepOf(
    selection: Selection,
    { events, position, caughtUp }: SubscriptionBatch,
    before: bigint,
  ): { readonly step: FeedStep; readonly failure?: unknown } {
    const selected: FeedEvent[] = [];
    let last = before;
    for (const recorded of events) {
      try {
        const event = this.#selected(selection, recorded);
        if (event !== undefined) selected.push(event);
      } catch (failure) {
        return { step: { events: selected, position: last, caughtUp: false }, failure };
      }
      last = recorded.position;
    }
    return { step: { events: selected, position, caughtUp } };
  }

  #selected(selection: Selection, recorded: RecordedEvent): FeedEvent | undefined {
    const event = this.decoder.mayBeSelected(selection, recorded.type) ? this.decoder.decode(recorded) : undefined;
    return event !== undefined && selects(selection, event) ? event : undefined;
  }

  /** Leaves out the applications of other projects than the one that is selected. */
  async #ofProject({ project }: Selection, step: FeedStep): Promise<FeedStep> {
    if (project === undefined || step.events.length === 0) return step;
    const events: FeedEvent[] = [];
    for (const event of step.events) {
      const own = event.aggregate === APPLICATION ? await this.projects.projectOf(event.subject) : event.subject;
      if (own === project) events.push(event);
    }
    return { ...step, events };
  }
}
