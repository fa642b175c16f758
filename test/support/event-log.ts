import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { RecordedEvent } from '#libs/engine/event-store/port/event-store.js';

/** All events in the log of a data folder whose server has ended. */
export async function eventsIn(dataDir: string): Promise<readonly RecordedEvent[]> {
  const store = await openEmbeddedEventStore({ path: dataDir, readOnly: false });
  try {
    const events: RecordedEvent[] = [];
    for await (const event of store.readAll()) events.push(event);
    return events;
  } finally {
    await store.close();
  }
}

/** The number of events of each type. */
export function countTypes(events: readonly RecordedEvent[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
