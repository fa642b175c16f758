import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import { EventStoreUnavailableError, StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import { BEFORE_FIRST_POSITION, type EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { whenAborted } from '#libs/engine/kernel/when-aborted.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { CLOCK, DOCUMENTS, EVENT_CODEC, EVENT_STORE, LOG, LOG_IDENTITY } from '#libs/engine/runtime/tokens.js';
import { feedTypes } from '#libs/registry/feed/index.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { webhooksCollection } from './projections/webhooks/webhooks.document.js';
import { type WebhookEvent, webhookStream, webhookStreams } from './webhook.events.js';
import { activeSecrets } from './webhook.state.js';
import { entryOf, type WebhookEntry } from './webhook-entry.js';
import { WebhookKeys } from './webhook-keys.js';

/** Webhooks that are read from the documents at once. */
const PAGE_DOCUMENTS = 500;

/**
 * All webhooks, as they are now: it follows the event log, from the first call of {@link ready} on, so that a change is
 * known within moments, whichever process has written it. The documents only say which webhooks there are.
 */
@Injectable()
export class WebhookDirectory implements OnModuleDestroy {
  readonly #entries = new Map<string, WebhookEntry>();
  readonly #listeners = new Set<(webhookId: string) => void>();
  readonly #stopping = new AbortController();
  #allKnown: () => void = () => undefined;
  readonly #known = new Promise<void>((resolve) => {
    this.#allKnown = resolve;
  });
  #following: Promise<void> | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(EVENT_CODEC) private readonly codec: EventCodec,
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    @Inject(LOG_IDENTITY) private readonly identity: LogIdentity,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
    private readonly keys: WebhookKeys,
  ) {}

  /** Begins to follow the log, and resolves as soon as every webhook is known, or the process stops. */
  ready(): Promise<void> {
    this.#following ??= this.#follow();
    return this.#known;
  }

  /** Every webhook, the paused ones included. */
  all(): readonly WebhookEntry[] {
    return [...this.#entries.values()];
  }

  /** The webhook of an id; undefined: there is none. */
  get(webhookId: string): WebhookEntry | undefined {
    return this.#entries.get(webhookId);
  }

  /**
   * The secrets (`whsec_…`) that sign deliveries now, the newest first. Empty: the server no longer has their key, and
   * nothing can be signed until the key is back or the secret is rotated.
   */
  secretsOf({ id, secrets }: WebhookEntry): readonly string[] {
    return activeSecrets(secrets, this.clock()).flatMap((secret) => this.keys.secretOf(id, secret) ?? []);
  }

  /** Calls the listener after each change of a webhook. @returns ends that */
  onChange(listener: (webhookId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    this.#allKnown();
    await this.#following;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    // Without the documents it would have to read the whole log.
    await Promise.race([this.documents.opened(), whenAborted(signal)]);
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#followOneLog(signal, () => {
          failures = 0;
        });
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (failures === 1)
          this.log.warn({ reason: messageOf(error) }, 'the webhooks cannot be followed: trying again');
        await delay(waitAfter(failures), undefined, { signal }).catch(() => undefined); // stopping
      }
    }
  }

  /** Follows the log until it is another one. @param onProgress is called for each batch */
  async #followOneLog(signal: AbortSignal, onProgress: () => void): Promise<void> {
    const log = await this.identity.current();
    const { after, ids } = await this.#ofDocuments();
    const gone = [...this.#entries.keys()].filter((id) => !ids.includes(id));
    for (const id of [...ids, ...gone]) await this.#load(id, log);
    const filter = { streamPrefixes: [webhookStreams.prefix] };
    for await (const { events, caughtUp } of this.store.subscribeToAll({ after, filter, signal })) {
      if ((await this.identity.current()) !== log) return;
      const changed = new Set(events.map(({ stream }) => stream.slice(webhookStreams.prefix.length)));
      for (const id of changed) {
        await this.#load(id, log);
        for (const listener of this.#listeners) listener(id);
      }
      onProgress();
      if (caughtUp) this.#allKnown();
    }
  }

  /** Which webhooks there are, as of a position; without documents: none, before the first event. */
  async #ofDocuments(): Promise<{ readonly after: bigint; readonly ids: readonly string[] }> {
    try {
      const after = await this.documents.checkpoint(webhooksCollection);
      const ids: string[] = [];
      for (let skip = 0; ; skip += PAGE_DOCUMENTS) {
        const page = { filter: {}, sort: [['id', 1]] as const, skip, limit: PAGE_DOCUMENTS };
        const { documents } = await this.documents.find(webhooksCollection, page);
        ids.push(...documents.map(({ id }) => id));
        if (documents.length < PAGE_DOCUMENTS) return { after, ids };
      }
    } catch (error) {
      if (error instanceof ReadModelUnavailableError) return { after: BEFORE_FIRST_POSITION, ids: [] };
      throw error;
    }
  }

  /** Reads a webhook from its stream. One that cannot be read is left out: nothing is delivered on half of the facts. */
  async #load(webhookId: string, log: string | undefined): Promise<void> {
    const entry = await this.#read(webhookId, log).catch((error: unknown) => {
      if (error instanceof EventStoreUnavailableError) throw error;
      if (!(error instanceof StreamDeletedError)) {
        this.log.error({ webhookId, reason: messageOf(error) }, 'a webhook cannot be read: nothing is delivered to it');
      }
      return undefined;
    });
    if (entry === undefined) this.#entries.delete(webhookId);
    else this.#entries.set(webhookId, entry);
  }

  async #read(webhookId: string, log: string | undefined): Promise<WebhookEntry | undefined> {
    const events: DecodedEvent<WebhookEvent>[] = [];
    for await (const recorded of this.store.readStream(webhookStream(webhookId))) {
      const event = this.codec.decode(recorded);
      // The stream is the webhook's own: an event of another aggregate makes evolve throw.
      if (event !== undefined) events.push(event as DecodedEvent<WebhookEvent>);
    }
    return entryOf(events, { log, storedTypes: feedTypes(this.publicEvents) });
  }
}
