import {
  type AllStreamResolvedEvent,
  EventStoreDBClient,
  PersistentSubscriptionExistsError,
  type PersistentSubscriptionToAll,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { type ApplicationEvent, UnprocessableEventError } from './application-event.js';

/** The streams of applications are named `application-ID`. */
const STREAM_PREFIX = 'application-';

/** The stored types that this subscriber handles, by docs/events.md, with their public names and known versions. */
const storedTypes: Readonly<Record<string, { readonly name: string; readonly versions: number }>> = {
  ApplicationAdded: { name: 'project.application.added', versions: 1 },
  ApiConfigAdded: { name: 'project.application.config.api.added', versions: 2 },
  ApplicationChanged: { name: 'project.application.changed', versions: 1 },
  ApplicationDeactivated: { name: 'project.application.deactivated', versions: 1 },
  ApplicationReactivated: { name: 'project.application.reactivated', versions: 1 },
  ApplicationRemoved: { name: 'project.application.removed', versions: 1 },
};

/** A persistent subscription. */
export interface Subscription {
  /** Resolves when it has been left; rejects when the connection is lost, or the event cannot be entered. */
  readonly done: Promise<void>;
  leave(): Promise<void>;
}

/**
 * Subscribes to the applications in an event store, from the first event on. The group is created when there is none.
 *
 * @param url a connection string, `esdb://…`
 * @param handle enters an event, which is acknowledged when it resolves. One that it cannot process is parked
 * @param note writes a line of the log
 */
export async function subscribe(
  url: string,
  group: string,
  handle: (event: ApplicationEvent) => Promise<unknown>,
  note: (line: string) => void,
): Promise<Subscription> {
  const client = EventStoreDBClient.connectionString(url);
  await createGroup(client, group);
  const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize: 16 });
  return {
    done: consume(subscription, handle, note).finally(() => client.dispose()),
    leave: () => subscription.unsubscribe(),
  };
}

async function createGroup(client: EventStoreDBClient, group: string): Promise<void> {
  const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START });
  const filter = streamNameFilter({ prefixes: [STREAM_PREFIX] });
  try {
    await client.createPersistentSubscriptionToAll(group, settings, { filter });
  } catch (error) {
    if (!(error instanceof PersistentSubscriptionExistsError)) throw error;
  }
}

async function consume(
  subscription: PersistentSubscriptionToAll,
  handle: (event: ApplicationEvent) => Promise<unknown>,
  note: (line: string) => void,
): Promise<void> {
  for await (const resolved of subscription) {
    try {
      const event = ofStoredEvent(resolved);
      if (event !== undefined) await handle(event);
      await subscription.ack(resolved);
    } catch (error) {
      if (!(error instanceof UnprocessableEventError)) throw error; // what is not acknowledged is delivered again
      note(`parks event ${resolved.event?.id}: ${error.message}`);
      await subscription.nack('park', error.message, resolved);
    }
  }
}

/** @returns undefined: it is of a type that this subscriber ignores @throws UnprocessableEventError it cannot be read */
function ofStoredEvent({ event }: AllStreamResolvedEvent): ApplicationEvent | undefined {
  const stored = event && Object.hasOwn(storedTypes, event.type) ? storedTypes[event.type] : undefined;
  if (event === undefined || stored === undefined) return undefined;
  const { schemaVersion = 1 } = (event.metadata ?? {}) as { readonly schemaVersion?: number };
  if (schemaVersion > stored.versions || !event.isJson) {
    throw new UnprocessableEventError(`${event.type} has version ${schemaVersion}: update this subscriber`);
  }
  return {
    type: stored.name,
    applicationId: event.streamId.slice(STREAM_PREFIX.length),
    sequence: Number(event.revision) + 1,
    data: event.data as ApplicationEvent['data'],
  };
}
