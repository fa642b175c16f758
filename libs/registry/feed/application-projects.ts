import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { EventStore, RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { isOfType } from '#libs/engine/events/event-definition.js';
import { readableEvent } from '#libs/engine/events/readable-event.js';
import { EVENT_CODEC, EVENT_STORE } from '#libs/engine/runtime/tokens.js';
import { applicationEvents, applicationStream } from '#libs/registry/applications/index.js';
import { streamEvents } from './stream-events.js';

/** Applications whose project is remembered: about 10 MB. */
const MAX_KNOWN = 50_000;

/** The projects of applications, removed ones included: the first event of an application names its project for ever. */
@Injectable()
export class ApplicationProjects {
  /** The empty text: the application was never created. */
  readonly #known = new LRUCache<string, string>({ max: MAX_KNOWN });

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(EVENT_CODEC) private readonly codec: EventCodec,
  ) {}

  /** The project of an application; empty when it was never created. @throws EventStoreUnavailableError */
  projectOf(applicationId: string): string | Promise<string> {
    return this.#known.get(applicationId) ?? this.#learn(applicationId);
  }

  async #learn(applicationId: string): Promise<string> {
    const first = await this.#firstEvent(applicationStream(applicationId));
    const event = first && readableEvent(this.codec, first);
    const project = isOfType(event, applicationEvents, 'ApplicationAdded') ? event.data.projectId : '';
    this.#known.set(applicationId, project);
    return project;
  }

  async #firstEvent(stream: string): Promise<RecordedEvent | undefined> {
    for await (const event of streamEvents(this.store, stream, { limit: 1 })) return event;
    return undefined;
  }
}
