import { type Appledger, startAppledger } from '../support/appledger.js';
import { cleanUp } from '../support/server.js';

afterAll(cleanUp);

const APPS = 32;
const NAMES = 40; // more than applications: otherwise all would wait for each other
const RENAMED_BEFORE_THE_KILL = 100;

const nameOf = (index: number) => `Name ${index}`;

/** Renames all applications among names that others want too, again and again, until the server is killed in the middle. */
async function renameUntilKilled(appledger: Appledger, apps: readonly string[]): Promise<void> {
  let renamed = 0;
  const rename = async (appId: string, index: number) => {
    for (let round = 0; ; round += 1) {
      const name = nameOf((index * 7 + round * 5) % NAMES);
      const answer = await appledger.app('PUT', appId, '', { name }).catch(() => undefined); // killed
      if (answer === undefined) return;
      if (answer.status === 200) renamed += 1;
      if (renamed === RENAMED_BEFORE_THE_KILL) process.kill(appledger.server.pid, 'SIGKILL');
    }
  };
  await Promise.all(apps.map(rename));
  await appledger.server.stop('SIGKILL');
}

it('kill -9 while 32 applications are renamed: no name is used twice, and none stays blocked', async () => {
  let appledger = await startAppledger();
  const { dataDir } = appledger.server;
  const created = await Promise.all(
    Array.from({ length: APPS }, (_, index) => appledger.createApp({ name: `App ${index}` })),
  );
  const apps = created.map(({ body }): string => body.appId);
  await renameUntilKilled(appledger, apps);

  appledger = await startAppledger({ dataDir });
  const read = await Promise.all(apps.map((appId) => appledger.getApp(appId)));
  const borne = read.map(({ body }): string => body.app.name);
  expect(new Set(borne).size).toBe(APPS);
  const wanted = Array.from({ length: NAMES }, (_, index) => nameOf(index));
  const answers = await Promise.all(wanted.map((name) => appledger.createApp({ name })));
  const expected = wanted.map((name) => (borne.includes(name) ? 409 : 200));
  expect(answers.map(({ status }) => status)).toEqual(expected);
});
