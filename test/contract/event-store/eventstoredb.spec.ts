import { openEventStoreDb } from '#libs/engine/event-store/eventstoredb/eventstoredb-event-store.js';
import { silentLog } from '../../support/silent-log.js';
import { eventStoreContract } from './event-store.contract.js';
import { eventStoreModel } from './event-store.model.js';

const url = process.env.APPLEDGER_TEST_EVENTSTORE_URL ?? '';

async function openGiven() {
  const store = await openEventStoreDb(url, silentLog);
  return { store, close: () => store.close() };
}

if (url === '') {
  describe.skip('EventStoreDB: set APPLEDGER_TEST_EVENTSTORE_URL=kurrentdb://… to run the suite on it', () => {
    it('does what every event store does', () => undefined);
  });
} else {
  eventStoreContract('EventStoreDB', openGiven);
  eventStoreModel('EventStoreDB', openGiven);
}
