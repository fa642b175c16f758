import { type Appledger, startAppledger } from '../../support/appledger.js';
import { cleanUp } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const UPDATES = 64;

it('64 concurrent renames of one application all succeed, each with its own sequence', async () => {
  const { appId } = (await appledger.createApp({ name: 'Popular' })).body;
  const names = Array.from({ length: UPDATES }, (_, index) => `Name ${index}`);
  const answers = await Promise.all(names.map((name) => appledger.app('PUT', appId, '', { name })));
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
  const sequences = answers.map(({ body }) => Number(body.details.sequence)).sort((a, b) => a - b);
  expect(sequences).toEqual(names.map((_, index) => index + 3));
  const { app } = (await appledger.getApp(appId)).body;
  expect(app.details.sequence).toBe(`${UPDATES + 2}`);
  const newest = answers.findIndex(({ body }) => body.details.sequence === app.details.sequence);
  expect(app.name).toBe(names[newest]);
});

it('64 concurrent updates of one project all succeed', async () => {
  const { id } = (await appledger.call('POST /management/v1/projects', { body: { name: 'Busy' } })).body;
  const answers = await Promise.all(
    Array.from({ length: UPDATES }, (_, index) =>
      appledger.call(`PUT /management/v1/projects/${id}`, { body: { name: `Busy ${index}` } }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const { project } = (await appledger.call(`GET /management/v1/projects/${id}`)).body;
  expect(project.details.sequence).toBe(`${UPDATES + 1}`);
});

it('after 64 concurrent swaps of their names two applications have one name each', async () => {
  const [one, other] = await Promise.all(['Left', 'Right'].map((name) => appledger.createApp({ name })));
  const ids = [one?.body.appId, other?.body.appId];
  const answers = await Promise.all(
    Array.from({ length: UPDATES }, (_, index) =>
      appledger.app('PUT', ids[index % 2], '', { name: index % 4 < 2 ? 'Left' : 'Right' }),
    ),
  );
  // Either taken by the other application, or already its own name.
  for (const { status, body } of answers) if (status !== 200) expect([6, 9]).toContain(body.code);
  const names = await Promise.all(ids.map(async (appId) => (await appledger.getApp(appId)).body.app.name));
  expect(new Set(names).size).toBe(2);
});
