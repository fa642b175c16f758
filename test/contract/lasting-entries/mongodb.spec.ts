import { randomUUID } from 'node:crypto';
import { openMongoDbStores } from '#libs/engine/documents/mongodb/mongodb-read-model.js';
import { testMongoDbUrl as url } from '../../support/mongodb.js';
import { silentLog } from '../../support/silent-log.js';
import { lastingEntriesContract } from './lasting-entries.contract.js';

if (url === '') {
  describe.skip('MongoDB: npm run test:mongodb, or APPLEDGER_TEST_MONGODB_URL=mongodb://…, runs the suite on it', () => {
    it('keeps entries', () => undefined);
  });
} else {
  lastingEntriesContract('MongoDB', async () => {
    const names = { times: 'unused', entries: `entries-${randomUUID()}` };
    const open = () => openMongoDbStores(url, names, silentLog);
    let stores = await open();
    const other = await open();
    return {
      entries: stores.lastingEntries,
      other: other.lastingEntries,
      reopen: async () => {
        await stores.readModel.close();
        stores = await open();
        return stores.lastingEntries;
      },
      dispose: async () => {
        await stores.readModel.close();
        await other.readModel.close();
      },
    };
  });
}
