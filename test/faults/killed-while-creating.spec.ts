import { type Appledger, startAppledger } from '../support/appledger.js';
import { countTypes, eventsIn } from '../support/event-log.js';
import { cleanUp } from '../support/server.js';

afterAll(cleanUp);

const CLIENTS = 64;
const ROUNDS = 3;
const CREATED_BEFORE_THE_KILL = 300;

interface Tried {
  readonly name: string;
  readonly answer?: { readonly appId: string; readonly details: unknown };
}

/** Creates applications from many clients and kills the server in the middle; answers what was tried. */
async function createUntilKilled(appledger: Appledger, round: number): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  let next = 0;
  let answered = 0;
  const client = async () => {
    for (;;) {
      const name = `Round ${round} app ${next++}`;
      try {
        const { status, body } = await appledger.createApp({ name });
        if (status !== 200) throw new Error(`status ${status}`);
        tried.push({ name, answer: body });
        answered += 1;
        if (answered === CREATED_BEFORE_THE_KILL) process.kill(appledger.server.pid, 'SIGKILL');
      } catch {
        tried.push({ name });
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await appledger.server.stop('SIGKILL');
  return tried;
}

it('kill -9 while 64 clients create: every confirmed application exists and is complete, and no name stays blocked', async () => {
  let appledger = await startAppledger();
  const { dataDir } = appledger.server;
  let expected = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const tried = await createUntilKilled(appledger, round);
    const answered = tried.filter(({ answer }) => answer !== undefined);
    const unanswered = tried.filter(({ answer }) => answer === undefined);
    expect(answered.length).toBeGreaterThanOrEqual(CREATED_BEFORE_THE_KILL);
    expect(unanswered.length).toBeGreaterThan(0);

    appledger = await startAppledger({ dataDir });
    for (const { name, answer } of answered) {
      const { status, body } = await appledger.getApp(answer?.appId ?? '');
      expect({ name, status }).toEqual({ name, status: 200 });
      expect(body.app).toMatchObject({ name, details: answer?.details });
    }
    // What was not answered either happened or did not; its name is taken by an application, or free.
    const retried = await Promise.all(unanswered.map(({ name }) => appledger.createApp({ name })));
    expect(retried.map(({ status }) => status).filter((status) => status !== 200 && status !== 409)).toEqual([]);
    expected += answered.length + unanswered.length;
  }
  await appledger.server.stop();

  const events = await eventsIn(dataDir);
  const counts = countTypes(events);
  expect(counts.ApplicationAdded).toBe(expected);
  expect(counts.ApiConfigAdded).toBe(expected);
  const names = events
    .filter(({ type }) => type === 'ApplicationAdded')
    .map(({ data }) => (data as { name: string }).name);
  expect(new Set(names).size).toBe(expected);
}, 120_000);
