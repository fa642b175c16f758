import { randomUUID } from 'node:crypto';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { toAppend } from './projection.js';

/** Appends an event to a new stream in a data folder that no server is using. Answers its id. */
export async function appendTo(dataDir: string, stream: string, type: string, data: object): Promise<string> {
  const store = await openEmbeddedEventStore({ path: dataDir, readOnly: false });
  const { metadata } = toAppend({ type: 'ProjectRemoved', data: { projectId: '1' } });
  const event = { id: randomUUID(), type, data, metadata };
  await store.append(stream, [event], 'noStream');
  await store.close();
  return event.id;
}
