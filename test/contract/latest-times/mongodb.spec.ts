import { randomUUID } from 'node:crypto';
import { openMongoDbStores } from '#libs/engine/documents/mongodb/mongodb-read-model.js';
import { testMongoDbUrl as url } from '../../support/mongodb.js';
import { silentLog } from '../../support/silent-log.js';
import { latestTimesContract } from './latest-times.contract.js';

if (url === '') {
  describe.skip('MongoDB: npm run test:mongodb, or APPLEDGER_TEST_MONGODB_URL=mongodb://…, runs the suite on it', () => {
    it('keeps the latest times', () => undefined);
  });
} else {
  latestTimesContract('MongoDB', async () => {
    const collection = `times-${randomUUID()}`;
    const open = () => openMongoDbStores(url, { times: collection, entries: 'unused' }, silentLog);
    let stores = await open();
    const other = await open();
    return {
      times: stores.latestTimes,
      other: other.latestTimes,
      reopen: async () => {
        await stores.readModel.close();
        stores = await open();
        return stores.latestTimes;
      },
      dispose: async () => {
        await stores.readModel.close();
        await other.readModel.close();
      },
    };
  });
}
