import { type Appledger, ready, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

/** Beyond every event there will be in this test. */
const FAR = '9000000000000000000';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger({ env: { APPLEDGER_READ_PATIENCE_MS: '3000' } });
  await ready(appledger.call);
});
afterAll(cleanUp);

const read = (position: string | undefined, path = `GET /management/v1/projects/${appledger.development.project}`) =>
  appledger.call(path, { headers: position === undefined ? {} : { 'x-appledger-position': position } });

it('every write returns its position, and the next one has a higher position', async () => {
  const first = await appledger.createApp({ name: 'One' });
  const second = await appledger.createApp({ name: 'Two' });
  const positions = [first, second].map(({ headers }) => BigInt(headers.get('x-appledger-position') ?? ''));
  expect(positions[1]).toBeGreaterThan(positions[0] ?? 0n);
});

it('a read with the position of a write is not stale', async () => {
  const created = await appledger.createApp({ name: 'Three' });
  const position = created.headers.get('x-appledger-position') ?? '';
  const { status, headers } = await read(position);
  expect(status).toBe(200);
  expect(headers.get('x-appledger-stale')).toBeNull();
});

it('a read with a position beyond the log returns the current documents with their position', async () => {
  const list = `POST /management/v1/projects/${appledger.development.project}/apps/_search`;
  for (const path of [undefined, list]) {
    const { status, headers } = await read(FAR, path);
    expect(status).toBe(200);
    expect(headers.get('x-appledger-stale')).toMatch(/^\d+$/);
  }
});

it('a read without a position is fresh as far as this node knows', async () => {
  expect((await read(undefined)).headers.get('x-appledger-stale')).toBeNull();
});

it.each(['-1', 'abc', '1.5', '1'.repeat(20)])('a position such as %j is refused', async (position) => {
  const { status, body } = await read(position);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 3, message: expect.stringContaining('x-appledger-position') });
});
