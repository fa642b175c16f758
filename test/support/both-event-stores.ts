import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { startTestGateway } from './gateway.js';
import { silentLog } from './silent-log.js';
import { tempFolder } from './temp-folder.js';

/** Opens an empty event store of each kind; the second is the adapter of EventStoreDB, over real gRPC to a gateway. */
export const bothEventStores: Readonly<Record<string, () => Promise<EventStore>>> = {
  'the embedded store': () => openEmbeddedEventStore({ path: tempFolder(), readOnly: false }),
  'EventStoreDB’s protocol': async () => {
    const gateway = await startTestGateway();
    const store = await openEventStoreDb(gateway.connectionString, silentLog);
    const close = store.close.bind(store);
    return Object.assign(store, { close: () => close().then(() => gateway.close()) });
  },
};
