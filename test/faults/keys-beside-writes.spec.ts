import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { tokenWith } from '../support/api.js';
import { type Appledger, startAppledger } from '../support/appledger.js';
import { cleanUp } from '../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const CALLERS = 4;
const KEYS_EACH = 50;
const WRITES = 3;

async function signer(name: string): Promise<string> {
  const authMethodType = 'API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT';
  return (await appledger.createApp({ name, authMethodType })).body.appId;
}

/** A way to ask for keys of an application, by a caller of its own who may leave. */
async function asker(appId: string, user: string, signal: AbortSignal): Promise<() => Promise<Response>> {
  const { development, server } = appledger;
  const token = await tokenWith(development, { IAM_OWNER: [development.organization] }, { sub: user });
  const url = `${server.url}/management/v1/projects/${development.project}/apps/${appId}/keys`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return () => fetch(url, { method: 'POST', headers, body: '{"type":"KEY_TYPE_JSON"}', signal });
}

it('200 key requests at once delay no other write, and keys of disconnected callers are not generated', async () => {
  const appId = await signer('Signer');
  const leaving = new AbortController();
  const users = Array.from({ length: CALLERS }, (_, index) => `caller${index}`);
  const askers = await Promise.all(users.map((user) => asker(appId, user, leaving.signal)));
  const statuses: number[] = [];
  const asked = askers.flatMap((ask) => Array.from({ length: KEYS_EACH }, ask));
  const noted = asked.map((answer) => answer.then(({ status }) => statuses.push(status)));
  await Promise.any(noted);
  // Writes that waited for the threads that make keys would be answered after all keys that were asked for before.
  for (let written = 0; written < WRITES; written += 1) {
    expect((await appledger.createApp({ name: randomUUID() })).status).toBe(200);
  }
  expect(statuses.length).toBeLessThan((CALLERS * KEYS_EACH) / 2);
  leaving.abort();
  await Promise.allSettled(noted);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);

  await delay(100); // The server has seen them go.
  expect((await appledger.app('POST', appId, '/keys', { type: 'KEY_TYPE_JSON' })).status).toBe(200);
  const { result } = (await appledger.app('POST', appId, '/keys/_search', {})).body;
  expect(result.length).toBeLessThan(CALLERS * KEYS_EACH);
});

it('a caller with a hundred waiting keys is told to retry, with code 8', async () => {
  const leaving = new AbortController();
  const ask = await asker(await signer('Greedy'), 'greedy', leaving.signal);
  const asked = Array.from({ length: 200 }, ask);
  const all = Promise.allSettled(asked);
  const refused = await Promise.any(
    asked.map(async (each) => {
      const answer = await each;
      if (answer.status !== 429) throw new Error(`answered ${answer.status}`);
      return answer;
    }),
  );
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(await refused.json()).toMatchObject({ code: 8, message: expect.stringContaining('waiting to be made') });
  leaving.abort();
  await all;
});
