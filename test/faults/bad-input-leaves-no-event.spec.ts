import { startAppledger } from '../support/appledger.js';
import { badInputs } from '../support/bad-inputs.js';
import { countTypes, eventsIn } from '../support/event-log.js';
import { cleanUp } from '../support/server.js';

afterAll(cleanUp);

it('bad input, and 64 clients that request the same name, leave only one application behind', async () => {
  const appledger = await startAppledger();
  for (const { projectId, body } of badInputs) {
    await appledger.call(appledger.appsPath('POST', projectId), { body });
  }
  await Promise.all(Array.from({ length: 64 }, () => appledger.createApp({ name: 'Contended' })));
  await appledger.server.stop();

  expect(countTypes(await eventsIn(appledger.server.dataDir))).toEqual({
    // The first project, and the application that one of the 64 created: a name and its owner's own events each.
    NameReserved: 2,
    ProjectAdded: 1,
    ApplicationAdded: 1,
    ApiConfigAdded: 1,
  });
});
