import { startAppledger } from '../support/appledger.js';
import { cleanUp } from '../support/server.js';

const PATH = '/appledger/v1/webhooks';
const url = 'https://93.184.215.14/hooks';
const CLIENTS = 8;
const ADDED_BEFORE_THE_KILL = 40;

afterAll(cleanUp);

/** A webhook whose registration was answered. */
interface Added {
  readonly webhookId: string;
  readonly signingSecret: string;
}

it('kill -9 while webhooks are added: each that was answered is there, with a key that makes further secrets', async () => {
  const before = await startAppledger();
  const { server, call } = before;
  const added: Added[] = [];
  const statuses = new Set<number>();
  const adding = Array.from({ length: CLIENTS }, async () => {
    for (;;) {
      const { status, body } = await call(`POST ${PATH}`, { body: { url } });
      statuses.add(status);
      added.push(body);
      if (added.length === ADDED_BEFORE_THE_KILL) process.kill(server.pid, 'SIGKILL');
    }
  });
  const ends = await Promise.allSettled(adding);
  expect(ends.map(({ status }) => status)).toEqual(ends.map(() => 'rejected'));
  await server.stop('SIGKILL');

  const appledger = await startAppledger({ dataDir: server.dataDir });
  const { result } = (await appledger.call(`GET ${PATH}?query.limit=1000`)).body;
  const there = result.map(({ webhookId }: Added) => webhookId);
  expect(there).toEqual(expect.arrayContaining(added.map(({ webhookId }) => webhookId)));
  expect([...statuses]).toEqual([200]);
  expect(new Set(added.map(({ signingSecret }) => signingSecret)).size).toBe(added.length);
  const [first] = added;
  const rotated = await appledger.call(`POST ${PATH}/${first?.webhookId}:rotateSecret`, { body: {} });
  expect(rotated.body.signingSecret).toMatch(/^whsec_/);
});
