import { Inject, Injectable } from '@nestjs/common';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { readableEvent } from '#libs/engine/events/readable-event.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { EVENT_CODEC, LOG_IDENTITY, SERVER_URL } from '#libs/engine/runtime/tokens.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { cloudEvent, type EnvelopeOrigin, sourceOf } from './cloud-event.js';
import type { FeedEvent } from './feed-event.js';
import type { Selection } from './selection.js';

/** Makes events of the feed of recorded ones. */
@Injectable()
export class EventDecoder {
  /** The origin of the last event, with the identity and the URL that it was made of: it is the same for all others. */
  #origin:
    | { readonly identity: string | undefined; readonly serverUrl: string | undefined; of: EnvelopeOrigin }
    | undefined;

  constructor(
    @Inject(EVENT_CODEC) private readonly codec: EventCodec,
    @Inject(PUBLIC_EVENTS) readonly publicEvents: PublicEvents,
    @Inject(LOG_IDENTITY) private readonly identity: LogIdentity,
    @Inject(SERVER_URL) private readonly serverUrl: () => string | undefined,
  ) {}

  /**
   * Whether an event may be selected, by its type alone. One of a type that is not known here may be, unless the reader
   * asks for other types.
   */
  mayBeSelected({ types }: Pick<Selection, 'types'>, type: string): boolean {
    if (types !== undefined) return types.has(type);
    return this.publicEvents.nameOf(type) !== undefined || this.codec.definitionOf(type) === undefined;
  }

  /**
   * The public event that was recorded; undefined: it is not public, is another program's, or is malformed.
   *
   * @throws NewerEventError a newer version of the program has written it
   */
  decode(recorded: RecordedEvent): FeedEvent | undefined {
    const event = readableEvent(this.codec, recorded);
    const aggregate = event && this.publicEvents.aggregateOf(event.stream);
    if (event === undefined || aggregate === undefined || this.publicEvents.nameOf(event.type) === undefined) {
      return undefined;
    }
    return {
      position: event.position,
      stream: event.stream,
      revision: event.revision,
      type: event.type,
      resourceOwner: event.meta.resourceOwner,
      aggregate: aggregate.type,
      subject: aggregate.id,
      envelope: cloudEvent(event, this.publicEvents, this.#originNow()),
    };
  }

  #originNow(): EnvelopeOrigin {
    const identity = this.identity.known;
    const serverUrl = this.serverUrl();
    if (this.#origin === undefined || this.#origin.identity !== identity || this.#origin.serverUrl !== serverUrl) {
      this.#origin = { identity, serverUrl, of: { source: sourceOf(identity), serverUrl } };
    }
    return this.#origin.of;
  }
}
