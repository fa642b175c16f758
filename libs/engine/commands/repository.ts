import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { RevisionConflictError, StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import {
  type AppendResult,
  type EventStore,
  type RecordedEvent,
  type StreamAppend,
  TOMBSTONE_REVISION,
} from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import type { CommandMetadata } from '#libs/engine/events/event-metadata.js';
import { SharedCalls } from '#libs/engine/kernel/shared-calls.js';
import { EVENT_CODEC, EVENT_STORE } from '#libs/engine/runtime/tokens.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import type { CommandContext } from './command-context.js';
import type { StreamChange } from './planned-append.js';

/** An aggregate, folded from the events of its stream. */
export interface Loaded<State> {
  readonly state: State;
  /** The stream's last revision: what the next append expects. {@link TOMBSTONE_REVISION}: nothing can be appended. */
  readonly revision: bigint | 'noStream';
  /** The organization that owns it, from its first event; undefined when the stream is empty. */
  readonly resourceOwner: string | undefined;
  /** When its last event occurred, in milliseconds since 1970; undefined when the stream is empty. */
  readonly changedAt: number | undefined;
  /** The position in $all of its last event; undefined when the stream is empty. */
  readonly position: bigint | undefined;
}

/** What is loaded of a stream that has no events. */
const NOTHING = { resourceOwner: undefined, changedAt: undefined, position: undefined };

/** Aggregates kept in memory for the next command on them; a few hundred bytes each. */
const MAX_LOADED_AGGREGATES = 10_000;

/** The part of a decider that loading needs. */
interface Evolution<State, Event> {
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
}

/** Loads aggregates from the event store, and appends the events of commands to it. */
@Injectable()
export class Repository {
  readonly #loaded = new LRUCache<string, Loaded<unknown>>({ max: MAX_LOADED_AGGREGATES });
  readonly #sharedLoads = new SharedCalls<Loaded<unknown>>();
  /** When the newest shared load of a stream that has ended began, by the clock of `performance.now()`. */
  readonly #lookedAt = new LRUCache<string, number>({ max: MAX_LOADED_AGGREGATES });

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(EVENT_CODEC) private readonly codec: EventCodec,
    private readonly watermark: Watermark,
  ) {}

  /** Whether the store refuses an append whose `provided` stream is not at the revision that is named there. */
  get checksOtherStreams(): boolean {
    return this.store.checksOtherStreams;
  }

  /**
   * Folds a stream into the aggregate's state. A stream that another client has deleted for good is empty, and its
   * revision is {@link TOMBSTONE_REVISION}.
   *
   * @throws UnreadableEventError an event cannot be read, or is of a newer version: nothing is decided without it
   * @throws EventStoreUnavailableError
   */
  async load<State, Event extends AnyEvent>(stream: string, of: Evolution<State, Event>): Promise<Loaded<State>> {
    try {
      return await this.#load(stream, of);
    } catch (error) {
      if (!(error instanceof StreamDeletedError)) throw error;
      this.#loaded.delete(stream);
      return { state: of.initial, revision: TOMBSTONE_REVISION, ...NOTHING };
    }
  }

  /** The aggregate as it was loaded last, without reading the store: it may be out of date. */
  known<State, Event extends AnyEvent>(stream: string, _of: Evolution<State, Event>): Loaded<State> | undefined {
    return this.#loaded.get(stream) as Loaded<State> | undefined;
  }

  /** The time since the last shared load of a stream, in milliseconds. */
  unseenForMs(stream: string): number {
    return performance.now() - (this.#lookedAt.get(stream) ?? Number.NEGATIVE_INFINITY);
  }

  /** Like {@link load}; commands that load one stream at the same time share the reads. */
  loadShared<State, Event extends AnyEvent>(stream: string, of: Evolution<State, Event>): Promise<Loaded<State>> {
    return this.#sharedLoads.ask(stream, async () => {
      const began = performance.now();
      const loaded = await this.load(stream, of);
      this.#lookedAt.set(stream, began);
      return loaded;
    }) as Promise<Loaded<State>>;
  }

  /**
   * Appends events to a stream, with the metadata of the command that caused them.
   *
   * @param at the time in the events' metadata, in milliseconds since 1970: answers and documents repeat it
   * @throws RevisionConflictError, StreamDeletedError another process was first: see {@link isConflict}
   * @throws EventStoreUnavailableError it may or may not have been written
   */
  async append(change: StreamChange, context: CommandContext, at: number): Promise<AppendResult> {
    return this.appendInOrder([change], context, at);
  }

  /**
   * Appends to several streams in order, as {@link append} does. Appends after one that fails are not made; those before
   * it may have been.
   *
   * @param beforeLast has to resolve before the last append is made; when it throws, that append is not made
   * @returns the revision and position of the last append
   */
  async appendInOrder(
    changes: readonly StreamChange[],
    context: CommandContext,
    at: number,
    beforeLast?: () => Promise<void>,
  ): Promise<AppendResult> {
    // Encoded together, so that they share one metadata object: it is checked once, and serialized once.
    const all: AnyEvent[] = [];
    for (const { events } of changes) all.push(...events);
    const encoded = this.codec.encode(all, metadataOf(context, at), randomUUID);
    let taken = 0;
    const appends = changes.map(({ stream, events, expected, provided }) => {
      const from = taken;
      taken += events.length;
      return { stream, events: encoded.slice(from, taken), expected, provided };
    });
    const last = await this.#append(appends, context, beforeLast);
    if (last === undefined) throw new RangeError('there is nothing to append');
    this.watermark.raise(last.position);
    context.onAppended?.(last.position);
    return last;
  }

  async #append(
    appends: readonly StreamAppend[],
    { deadline }: CommandContext,
    beforeLast: (() => Promise<void>) | undefined,
  ): Promise<AppendResult | undefined> {
    const options = { deadline };
    if (beforeLast === undefined) return (await this.store.appendInOrder(appends, options)).at(-1);
    await Promise.all([beforeLast(), this.store.appendInOrder(appends.slice(0, -1), options)]);
    return (await this.store.appendInOrder(appends.slice(-1), options)).at(-1);
  }

  async #load<State, Event extends AnyEvent>(stream: string, of: Evolution<State, Event>): Promise<Loaded<State>> {
    // What is stored never changes, so an aggregate that was loaded before needs only what has come since.
    const before = this.#loaded.get(stream) as Loaded<State> | undefined;
    let loaded: Loaded<State> = before ?? { state: of.initial, revision: 'noStream', ...NOTHING };
    const from = typeof loaded.revision === 'bigint' ? loaded.revision + 1n : 0n;
    for await (const recorded of this.store.readStream(stream, { from })) {
      loaded = this.#after(loaded, recorded, of);
    }
    if (loaded !== before && loaded.revision !== 'noStream') this.#loaded.set(stream, loaded);
    return loaded;
  }

  /** The aggregate after one more event of its stream. An event of another program changes the revision alone. */
  #after<State, Event extends AnyEvent>(
    loaded: Loaded<State>,
    recorded: RecordedEvent,
    of: Evolution<State, Event>,
  ): Loaded<State> {
    const { revision, position } = recorded;
    const event = this.codec.decode(recorded);
    if (event === undefined) return { ...loaded, revision, position };
    return {
      // The stream is the aggregate's own: an event of another aggregate makes evolve throw.
      state: of.evolve(loaded.state, event as unknown as Event),
      revision,
      resourceOwner: loaded.resourceOwner ?? event.meta.resourceOwner,
      changedAt: Date.parse(event.meta.occurredAt),
      position,
    };
  }
}

/** Whether an append failed because the stream has another revision than when it was loaded, or is deleted for good. */
export function isConflict(error: unknown): error is RevisionConflictError | StreamDeletedError {
  return error instanceof RevisionConflictError || error instanceof StreamDeletedError;
}

function metadataOf(context: CommandContext, at: number): CommandMetadata {
  const { resourceOwner, editor, correlationId, causationId, traceparent, reason } = context;
  return {
    resourceOwner,
    editor,
    occurredAt: new Date(at).toISOString(),
    $correlationId: correlationId,
    $causationId: causationId,
    ...(traceparent !== undefined && { traceparent }),
    ...(reason !== undefined && { reason }),
  };
}
