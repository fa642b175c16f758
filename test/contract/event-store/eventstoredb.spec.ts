import { EventStoreDBClient } from '@eventstore/db-client';
import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import { silentLog } from '../../support/silent-log.js';
import { eventStoreContract } from './event-store.contract.js';
import { eventStoreModel } from './event-store.model.js';

const url = process.env.APPLEDGER_TEST_EVENTSTORE_URL ?? '';

async function openGiven() {
  let store = await openEventStoreDb(url, silentLog);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openEventStoreDb(url, silentLog);
      return store;
    },
    tombstone: async (stream: string) => {
      const client = EventStoreDBClient.connectionString(url);
      await client.tombstoneStream(stream);
      await client.dispose();
    },
    close: () => store.close(),
  };
}

if (url === '') {
  describe.skip('EventStoreDB: set APPLEDGER_TEST_EVENTSTORE_URL=kurrentdb://… to run the suite on it', () => {
    it('the contract of the event-store port', () => undefined);
  });
} else {
  eventStoreContract('EventStoreDB', openGiven, { checksOtherStreams: false });
  eventStoreModel('EventStoreDB', openGiven);
}
