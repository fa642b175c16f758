import { EmbeddedEventStore, openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { prefixedEventStore } from '#libs/engine/event-store/prefixed/prefixed-event-store.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { identityInEvents, LogIdentity, recordedIdentity } from '#libs/engine/projector/log-identity.js';
import type { Closing } from '#libs/engine/runtime/closing.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { DataFolder } from '#libs/engine/runtime/data-folder.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { features } from '#libs/registry/features.js';

/** The configured event store. */
export interface OpenedEventStore {
  /** With stream names without APPLEDGER_STREAM_PREFIX, as the application uses it. */
  readonly eventStore: EventStore;
  /** With all of its streams, under their full names. */
  readonly wholeEventStore: EventStore;
  /** Identifies the event log. */
  readonly identity: LogIdentity;
}

interface OpeningParts {
  readonly log: Log;
  readonly closing: Closing;
  readonly isReader?: boolean;
}

/**
 * Opens the event store: that of the data folder, or the EventStoreDB that APPLEDGER_EVENTSTORE_URL names.
 *
 * @param folder undefined: there is none, and no need for one
 * @param isReader the store may be one that must not be written: its log gets no identity where it has none
 * @throws EventStoreUnavailableError the embedded one cannot be opened
 * @throws Error the connection string cannot be used
 */
export async function openEventStore(
  { eventStoreUrl, streamPrefix, issuer }: Configuration,
  folder: DataFolder | undefined,
  { log, closing, isReader = false }: OpeningParts,
): Promise<OpenedEventStore> {
  const wholeEventStore = closing.keep(await opened(eventStoreUrl, folder, log));
  const eventStore = streamPrefix === '' ? wholeEventStore : prefixedEventStore(wholeEventStore, streamPrefix);
  const { codec } = features;
  const identity = new LogIdentity(eventStore, async () => {
    if (wholeEventStore instanceof EmbeddedEventStore)
      return identityWithin(wholeEventStore.log.identity, streamPrefix);
    if (isReader) return recordedIdentity(eventStore, codec);
    return identityInEvents(eventStore, { codec, clock: systemClock, streamPrefix, issuer, log });
  });
  return { eventStore, wholeEventStore, identity };
}

async function opened(url: string | undefined, folder: DataFolder | undefined, log: Log): Promise<EventStore> {
  if (url === undefined) {
    if (folder === undefined) throw new Error('an embedded store needs the data folder');
    return openEmbeddedEventStore(folder, { log });
  }
  // Loading a driver takes a large part of a start: a driver that is not used is not loaded.
  const { openEventStoreDb } = await import('#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js');
  return openEventStoreDb(url, log);
}

/** The identity of the log that an installation sees: with a prefix it sees only a part of the embedded log. */
export function identityWithin(logIdentity: string | undefined, streamPrefix: string): string | undefined {
  return logIdentity === undefined || streamPrefix === '' ? logIdentity : `${logIdentity} ${streamPrefix}`;
}
