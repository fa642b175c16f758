import { randomUUID } from 'node:crypto';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { tempFolder } from '../../support/temp-folder.js';
import { eventStoreContract } from './event-store.contract.js';
import { eventStoreModel } from './event-store.model.js';

const NOTHING = Buffer.from('{}');

async function openEmbedded() {
  const folder = { path: tempFolder(), readOnly: false };
  let store = await openEmbeddedEventStore(folder);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openEmbeddedEventStore(folder);
      return store;
    },
    tombstone: async (stream: string) => {
      const marker = { id: randomUUID(), type: '$streamDeleted', isJson: true, data: NOTHING, metadata: NOTHING };
      await store.log.tombstone(stream, marker, 'any');
    },
    close: () => store.close(),
  };
}

eventStoreContract('embedded', openEmbedded, { isLocal: true });
eventStoreModel('embedded', openEmbedded);
