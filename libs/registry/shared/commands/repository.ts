import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { RevisionConflictError, StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import {
  type AppendResult,
  type EventStore,
  type RecordedEvent,
  type StreamAppend,
  type StreamCondition,
  TOMBSTONE_REVISION,
} from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { CommandMetadata } from '#libs/engine/events/event-metadata.js';
import { SharedCalls } from '#libs/engine/kernel/shared-calls.js';
import { EVENT_CODEC, EVENT_STORE } from '#libs/engine/runtime/tokens.js';
import { Watermark } from '#libs/engine/runtime/watermark.js';
import type { DomainEvent } from '../events.js';
import type { CommandContext } from './command-context.js';

/** An aggregate as its stream tells it. */
export interface Loaded<State> {
  readonly state: State;
  /** The stream's last revision: what the next append expects. {@link TOMBSTONE_REVISION}: nothing can be appended. */
  readonly revision: bigint | 'noStream';
  /** Who owns it, from its first event; undefined when the stream is empty. */
  readonly resourceOwner: string | undefined;
  /** When its last event occurred, in milliseconds since 1970; undefined when the stream is empty. */
  readonly changedAt: number | undefined;
  /** Where in $all its last event stands; undefined when the stream is empty. */
  readonly position: bigint | undefined;
}

/** What is loaded of a stream that has no events. */
const NOTHING = { resourceOwner: undefined, changedAt: undefined, position: undefined };

/** Kept ready for the next command on them; a few hundred bytes each. */
const MAX_LOADED_AGGREGATES = 10_000;

/** What a command does to one stream. */
export interface Change {
  readonly stream: string;
  readonly events: readonly DomainEvent[];
  readonly expected: bigint | 'noStream';
  /** Where another stream must end, for stores that can check it: see {@link Repository.checksOtherStreams}. */
  readonly provided?: StreamCondition | undefined;
}

/** The part of a decider that loading needs. */
interface Evolution<State, Event> {
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
}

/** Between commands and the event store: streams in, aggregates out; events in, a position out. */
@Injectable()
export class Repository {
  readonly #loaded = new LRUCache<string, Loaded<unknown>>({ max: MAX_LOADED_AGGREGATES });
  readonly #sharedLoads = new SharedCalls<Loaded<unknown>>();
  /** When the newest shared load of a stream began that has ended, by the clock of `performance.now()`. */
  readonly #lookedAt = new LRUCache<string, number>({ max: MAX_LOADED_AGGREGATES });

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(EVENT_CODEC) private readonly codec: EventCodec<DomainEvent>,
    private readonly watermark: Watermark,
  ) {}

  /** Whether an append is refused when the stream that it names in `provided` does not end where it must. */
  get checksOtherStreams(): boolean {
    return this.store.checksOtherStreams;
  }

  /**
   * Folds a stream into the aggregate's state. One that another client has deleted for good is empty, and ends at
   * {@link TOMBSTONE_REVISION}: what was there is not there any more.
   *
   * @throws MalformedEventError an event is not what its type promises: nothing is decided on top of it
   * @throws EventStoreUnavailableError
   */
  async load<State, Event extends DomainEvent>(stream: string, of: Evolution<State, Event>): Promise<Loaded<State>> {
    try {
      return await this.#load(stream, of);
    } catch (error) {
      if (!(error instanceof StreamDeletedError)) throw error;
      this.#loaded.delete(stream);
      return { state: of.initial, revision: TOMBSTONE_REVISION, ...NOTHING };
    }
  }

  /** What was loaded of a stream last, without a look at the store: it may be out of date. */
  known<State, Event extends DomainEvent>(stream: string, _of: Evolution<State, Event>): Loaded<State> | undefined {
    return this.#loaded.get(stream) as Loaded<State> | undefined;
  }

  /** For how long no shared load has looked at a stream, in milliseconds. */
  unseenForMs(stream: string): number {
    return performance.now() - (this.#lookedAt.get(stream) ?? Number.NEGATIVE_INFINITY);
  }

  /** Loads as {@link load} does; commands that ask for one stream at the same time share the reads. */
  loadShared<State, Event extends DomainEvent>(stream: string, of: Evolution<State, Event>): Promise<Loaded<State>> {
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
   * @param at when it happened, in milliseconds since 1970: the time that every answer repeats
   * @throws RevisionConflictError, StreamDeletedError somebody else was first: see {@link isOvertaken}
   * @throws EventStoreUnavailableError it may or may not have been written
   */
  async append(change: Change, context: CommandContext, at: number): Promise<AppendResult> {
    return this.appendInOrder([change], context, at);
  }

  /**
   * Appends to several streams in order, as {@link append} does: what comes behind a failure does not happen, what
   * comes before it may have.
   *
   * @param beforeLast is waited for before the last append is made; what it throws keeps that from happening
   * @returns where the last of them ended
   */
  async appendInOrder(
    changes: readonly Change[],
    context: CommandContext,
    at: number,
    beforeLast?: () => Promise<void>,
  ): Promise<AppendResult> {
    // All together, so that they share their metadata: it is then checked once, and written out once.
    const encoded = this.codec.encode(
      changes.flatMap(({ events }) => events),
      metadataOf(context, at),
      randomUUID,
    );
    let taken = 0;
    const appends = changes.map(({ events, ...change }) => {
      const from = taken;
      taken += events.length;
      return { ...change, events: encoded.slice(from, taken) };
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

  async #load<State, Event extends DomainEvent>(stream: string, of: Evolution<State, Event>): Promise<Loaded<State>> {
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

  /** An aggregate after one more event of its stream. What another program has written there moves nothing but its end. */
  #after<State, Event extends DomainEvent>(
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

/** Says whether an append failed because the stream is not where it was when it was loaded, or is gone for good. */
export function isOvertaken(error: unknown): error is RevisionConflictError | StreamDeletedError {
  return error instanceof RevisionConflictError || error instanceof StreamDeletedError;
}

function metadataOf(context: CommandContext, at: number): CommandMetadata {
  const { organization, editor, correlationId, causationId, traceparent } = context;
  const metadata = {
    resourceOwner: organization,
    editor,
    occurredAt: new Date(at).toISOString(),
    $correlationId: correlationId,
    $causationId: causationId,
  };
  return traceparent === undefined ? metadata : { ...metadata, traceparent };
}
