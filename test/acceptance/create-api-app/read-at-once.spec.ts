import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp, onGateway, onMongoDb } from '../../support/server.js';

const APPLICATIONS = onMongoDb ? 100 : onGateway ? 500 : 3_000; // as many as the store handles in a few seconds
const CLIENTS = 32;
/** Timeout for fresh reads: long enough that even on a loaded machine a stale answer is a fault. */
const PATIENCE_MS = '20000';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_READ_PATIENCE_MS: PATIENCE_MS } });
});
afterAll(cleanUp);

it(`a GET sent right after the answer to the POST finds the application, ${APPLICATIONS} times out of ${APPLICATIONS}`, async () => {
  let next = 0;
  const missed: string[] = [];
  const client = async () => {
    while (next < APPLICATIONS) {
      const name = `App ${next++}`;
      const created = await appledger.createApp({ name });
      const read = await appledger.getApp(created.body.appId);
      const stale = read.headers.get('x-appledger-stale');
      if (read.status !== 200 || read.body.app.name !== name || stale !== null) {
        missed.push(`${name}: ${read.status}, documents up to ${stale ?? 'the newest event'}`);
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  expect(missed).toEqual([]);
}, 240_000);
