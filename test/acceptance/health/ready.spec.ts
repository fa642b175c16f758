import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

/** -1 before the first event. */
const POSITION = expect.stringMatching(/^(-1|\d+)$/);

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

it('a server that works is ready, part by part, and says so without a token', async () => {
  await ready(appledger.call);
  const { status, body } = await appledger.call('GET /debug/ready', { token: undefined });
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'ok',
    details: {
      eventStore: { status: 'up', readable: true, writable: true },
      readModel: { status: 'up', readable: true, writable: true },
      'projection applications': { status: 'up', state: 'live', position: POSITION },
      'projection projects': { status: 'up', state: 'live', position: POSITION },
    },
  });
});

it('a server that answers is alive', async () => {
  const { status, body } = await appledger.call('GET /debug/healthz', { token: undefined });
  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok' });
});
