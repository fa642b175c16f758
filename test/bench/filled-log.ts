import { randomUUID } from 'node:crypto';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { AnyEvent } from '#libs/engine/events/event-definition.js';
import { systemClock } from '#libs/engine/kernel/clock.js';
import { idGenerator } from '#libs/engine/kernel/ids.js';
import { applicationStream } from '#libs/registry/applications/application.events.js';
import { features } from '#libs/registry/features.js';

/** Appended in one group. */
const APPENDS_AT_ONCE = 500;

/** What a log is filled with. */
export interface Filling {
  readonly applications: number;
  readonly organization: string;
  /** The project of each application, by its number from 0. */
  projectOf(application: number): string;
}

/**
 * Fills the event store of a data folder with applications, two events each, as commands would have. Nobody else may
 * be using the folder.
 */
export async function fillLog(dataDir: string, { applications, organization, projectOf }: Filling): Promise<void> {
  const store = await openEmbeddedEventStore({ path: dataDir, readOnly: false });
  const nextId = idGenerator(systemClock, 0);
  const metadata = {
    resourceOwner: organization,
    editor: { user: nextId() },
    $correlationId: randomUUID(),
    $causationId: randomUUID(),
  };
  try {
    for (let from = 0; from < applications; from += APPENDS_AT_ONCE) {
      const count = Math.min(APPENDS_AT_ONCE, applications - from);
      const appends = Array.from({ length: count }, (_, index) => {
        const appId = nextId();
        const projectId = projectOf(from + index);
        const name = `bench ${randomUUID()}`;
        const events: AnyEvent[] = [
          { type: 'ApplicationAdded', data: { appId, projectId, name } },
          { type: 'ApiConfigAdded', data: { appId, clientId: nextId(), authMethod: 'privateKeyJwt' } },
        ];
        const occurredAt = new Date(systemClock()).toISOString();
        return {
          stream: applicationStream(appId),
          events: features.codec.encode(events, { ...metadata, occurredAt }, randomUUID),
          expected: 'noStream' as const,
        };
      });
      await store.appendInOrder(appends);
    }
  } finally {
    await store.close();
  }
}
