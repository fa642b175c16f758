import { openMongoDbReadModel } from '#libs/engine/documents/mongodb/mongodb-read-model.js';
import { testMongoDbUrl as url } from '../../support/mongodb.js';
import { silentLog } from '../../support/silent-log.js';
import { readModelContract } from './read-model.contract.js';

async function openGiven() {
  let readModel = await openMongoDbReadModel(url, silentLog);
  return {
    readModel,
    reopen: async () => {
      await readModel.close();
      readModel = await openMongoDbReadModel(url, silentLog);
      return readModel;
    },
    dispose: () => readModel.close(),
  };
}

if (url === '') {
  describe.skip('MongoDB: npm run test:mongodb, or APPLEDGER_TEST_MONGODB_URL=mongodb://…, runs the suites on it', () => {
    it('does what every read model does, and serves the main job of the API', () => undefined);
  });
} else {
  readModelContract('MongoDB', openGiven);
}
