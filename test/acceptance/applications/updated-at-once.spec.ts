import { type Appledger, startAppledger } from '../../support/appledger.js';
import { countTypes, eventsIn } from '../../support/event-log.js';
import { cleanUp, onGateway } from '../../support/server.js';

let appledger: Appledger;
beforeAll(async () => {
  appledger = await startAppledger();
});
afterAll(cleanUp);

const UPDATES = 24;

it('many renames of one application at once: each that is answered is in the stream, the others say try again', async () => {
  const { appId } = (await appledger.createApp({ name: 'Popular' })).body;
  const names = Array.from({ length: UPDATES }, (_, index) => `Name ${index}`);
  const answers = await Promise.all(names.map((name) => appledger.app('PUT', appId, '', { name })));
  const done = answers.filter(({ status }) => status === 200);
  for (const { status, body } of answers.filter((answer) => !done.includes(answer))) {
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 10, message: expect.stringContaining('try again'), details: [] });
  }
  // Each has a revision of its own, one behind the other, and the newest is what is read.
  const sequences = done.map(({ body }) => Number(body.details.sequence)).sort((a, b) => a - b);
  expect(sequences).toEqual(Array.from({ length: done.length }, (_, index) => index + 3));
  const { app } = (await appledger.getApp(appId)).body;
  expect(app.details.sequence).toBe(`${done.length + 2}`);
  const newest = answers.findIndex(({ body }) => body.details?.sequence === app.details.sequence);
  expect(app.name).toBe(names[newest]);

  await appledger.server.stop();
  if (!onGateway) {
    const { ApplicationChanged } = countTypes(await eventsIn(appledger.server.dataDir));
    expect(ApplicationChanged).toBe(done.length);
  }
});
