import { randomUUID } from 'node:crypto';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { OpenOptions } from '#libs/engine/event-store/embedded/open-log.js';
import { tempFolder } from '../../support/temp-folder.js';
import { eventStoreContract } from './event-store.contract.js';
import { eventStoreModel } from './event-store.model.js';

const NOTHING = Buffer.from('{}');

/** A few events in each file, so that every read goes over several. */
const SMALL_FILES = { eventsPerRun: 5, maxSegmentBytes: 2_000 };

async function openEmbedded(options: OpenOptions = {}) {
  const folder = { path: tempFolder(), readOnly: false };
  let store = await openEmbeddedEventStore(folder, options);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openEmbeddedEventStore(folder, options);
      return store;
    },
    tombstone: async (stream: string) => {
      const marker = { id: randomUUID(), type: '$streamDeleted', isJson: true, data: NOTHING, metadata: NOTHING };
      await store.log.tombstone(stream, marker, 'any');
    },
    close: () => store.close(),
  };
}

eventStoreContract('embedded', () => openEmbedded(), { isLocal: true });
eventStoreModel('embedded', () => openEmbedded());
eventStoreContract('embedded, in small files', () => openEmbedded(SMALL_FILES), { isLocal: true });
eventStoreModel('embedded, in small files', () => openEmbedded(SMALL_FILES));
