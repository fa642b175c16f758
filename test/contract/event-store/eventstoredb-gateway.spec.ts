import { randomUUID } from 'node:crypto';
import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import { startTestGateway } from '../../support/gateway.js';
import { silentLog } from '../../support/silent-log.js';
import { eventStoreContract } from './event-store.contract.js';
import { eventStoreModel } from './event-store.model.js';

const NOTHING = Buffer.from('{}');

/** The embedded store behind the gateway, through the EventStoreDB adapter, over real gRPC. */
async function openThroughGateway() {
  const gateway = await startTestGateway();
  let store = await openEventStoreDb(gateway.connectionString, silentLog);
  return {
    store,
    reopen: async () => {
      await store.close();
      await gateway.restart();
      store = await openEventStoreDb(gateway.connectionString, silentLog);
      return store;
    },
    tombstone: async (stream: string) => {
      const marker = { id: randomUUID(), type: '$streamDeleted', isJson: true, data: NOTHING, metadata: NOTHING };
      await gateway.log.tombstone(stream, marker, 'any');
    },
    close: async () => {
      await store.close();
      await gateway.close();
    },
  };
}

/** Each append is a gRPC call whose client and server share this process. */
const MANY = 2_000;

eventStoreContract('embedded, through the gateway and EventStoreDB’s client', openThroughGateway, {
  many: MANY,
  checksOtherStreams: false,
});
eventStoreModel('embedded, through the gateway and EventStoreDB’s client', openThroughGateway);
