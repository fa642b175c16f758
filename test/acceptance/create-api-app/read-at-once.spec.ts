import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp, onGateway, onMongoDb } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const APPLICATIONS = onMongoDb ? 100 : onGateway ? 1_000 : 10_000; // as many as the store takes in a few seconds
const CLIENTS = 32;

it(`a GET sent the moment the POST has answered finds the application, ${APPLICATIONS} times out of ${APPLICATIONS}`, async () => {
  let next = 0;
  const missed: string[] = [];
  const client = async () => {
    while (next < APPLICATIONS) {
      const name = `App ${next++}`;
      const created = await appledger.createApp({ name });
      const read = await appledger.getApp(created.body.appId);
      if (read.status !== 200 || read.body.app.name !== name) missed.push(`${name}: ${read.status}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  expect(missed).toEqual([]);
}, 240_000);
