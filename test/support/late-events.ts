import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import { silentLog } from './silent-log.js';

/** An event of an application after the removal of its project. */
export interface LateEvent {
  readonly stream: string;
  readonly type: string;
  readonly projectId: string;
}

/** Reads a whole log over EventStoreDB's protocol, and returns its late events in order. */
export async function lateEvents(eventsUrl: string): Promise<readonly LateEvent[]> {
  const store = await openEventStoreDb(eventsUrl, silentLog);
  const projects = new Map<string, string>();
  const removed = new Set<string>();
  const late: LateEvent[] = [];
  try {
    for await (const { stream, type, data } of store.readAll({
      filter: { streamPrefixes: ['application-', 'project-'] },
    })) {
      const { projectId = '' } = data as { projectId?: string };
      if (type === 'ProjectRemoved') removed.add(projectId);
      if (type === 'ApplicationAdded') projects.set(stream, projectId);
      const home = projects.get(stream);
      if (home !== undefined && removed.has(home)) late.push({ stream, type, projectId: home });
    }
  } finally {
    await store.close();
  }
  return late;
}

/** The last late event of each application that has some. */
export function lastOfEach(late: readonly LateEvent[]): readonly string[] {
  return [...new Map(late.map(({ stream, type }) => [stream, type])).values()];
}
