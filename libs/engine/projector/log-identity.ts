import { randomUUID } from 'node:crypto';
import { RevisionConflictError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { isOfType } from '#libs/engine/events/event-definition.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { SharedCalls } from '#libs/engine/kernel/shared-calls.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { storeEvents, storeStream } from './store.events.js';

/** The owner of the event that identifies the store, which belongs to no organization. */
const OWNER = 'appledger';

/**
 * The identity of the log in an event store. It is read again after each new connection to the store, because the store
 * may then have another log.
 */
export class LogIdentity {
  readonly #asking = new SharedCalls<string | undefined>();
  readonly #listeners = new Set<() => void>();
  #known: string | undefined;
  /** Over which connection it was asked for. */
  #connection: number | undefined;

  /** @param ask answers the identity of the log that the store has now; undefined: it has none and can be given none */
  constructor(
    private readonly eventStore: EventStore,
    private readonly ask: () => Promise<string | undefined>,
  ) {}

  /** The identity that was learned last; undefined: none yet. */
  get known(): string | undefined {
    return this.#known;
  }

  /** Whether {@link known} is the identity of the log that is there now. */
  get isCurrent(): boolean {
    return this.#connection === this.eventStore.connectionCount;
  }

  /** The identity of the log that is there now. @throws EventStoreUnavailableError */
  async current(): Promise<string | undefined> {
    if (this.isCurrent) return this.#known;
    return this.#asking.ask('', () => this.#learn());
  }

  /** Calls the listener when another log is there than before. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async #learn(): Promise<string | undefined> {
    const { connectionCount } = this.eventStore;
    const identity = await this.ask();
    const before = this.#known;
    this.#known = identity;
    this.#connection = connectionCount;
    if (before !== undefined && before !== identity) for (const listener of this.#listeners) listener();
    return identity;
  }
}

/** The installation that owns the streams, and the dependencies for recording it. */
export interface Installation {
  /** The prefix of all its streams. */
  readonly streamPrefix: string;
  /** Who signs its tokens; undefined: it does not say. */
  readonly issuer: string | undefined;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The identity that a log carries as an event of its own; undefined: it has none yet.
 *
 * @throws EventStoreUnavailableError
 * @throws Error another program has written to that stream
 */
export async function recordedIdentity(eventStore: EventStore, codec: EventCodec): Promise<string | undefined> {
  return (await identified(eventStore, codec))?.id;
}

async function identified(eventStore: EventStore, codec: EventCodec) {
  for await (const recorded of eventStore.readStream(storeStream, { limit: 1 })) {
    const event = codec.decode(recorded);
    if (isOfType(event, storeEvents, 'StoreIdentified')) return event.data;
    throw new Error(`stream ${storeStream} does not begin with StoreIdentified: another program has written to it`);
  }
  return undefined;
}

/**
 * The identity that a log carries as an event of its own. The first who asks appends the event; of several who do so at
 * once one is first, and all answer what that one has written. When another installation uses the same streams, the log
 * says so.
 *
 * @throws EventStoreUnavailableError
 * @throws Error another program has written to that stream
 */
export async function identityInEvents(eventStore: EventStore, installation: Installation): Promise<string> {
  for (;;) {
    const known = await identified(eventStore, installation.codec);
    if (known !== undefined) {
      noteOtherInstallation(known.issuer, installation);
      return known.id;
    }
    try {
      await eventStore.append(storeStream, identification(installation), 'noStream');
    } catch (error) {
      if (!(error instanceof RevisionConflictError)) throw error;
    }
  }
}

function noteOtherInstallation(theirs: string | undefined, { streamPrefix, issuer: ours, log }: Installation): void {
  if (theirs === undefined || ours === undefined || theirs === ours) return;
  log.error(
    { streamPrefix, theirs, ours },
    'another installation uses the same streams: its tokens are signed by another issuer. Set another ' +
      'APPLEDGER_STREAM_PREFIX, unless the issuer of this installation has changed',
  );
}

function identification({ streamPrefix, issuer, codec, clock }: Installation) {
  const causation = randomUUID();
  const metadata = {
    resourceOwner: OWNER,
    editor: { user: OWNER },
    occurredAt: new Date(clock()).toISOString(),
    $correlationId: causation,
    $causationId: causation,
  };
  const data = { id: randomUUID(), ...(streamPrefix !== '' && { streamPrefix }), ...(issuer && { issuer }) };
  return codec.encode([{ type: 'StoreIdentified', data }], metadata, randomUUID);
}
