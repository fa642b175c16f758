import { tokenWith } from '../support/api.js';
import { startAppledger } from '../support/appledger.js';
import { cleanUp } from '../support/server.js';
import { messagesOf } from '../support/server-sent-events.js';

const ADDED = 'project.application.added';
const KILLS = 3;
const READ_BETWEEN_KILLS = 20;

afterAll(cleanUp);

it('a reader of the stream misses nothing and gets nothing twice when the server is killed again and again', async () => {
  let appledger = await startAppledger();
  const { dataDir } = appledger.server;
  const created: string[] = [];
  const seen: string[] = [];
  let cursor = '';
  let isDone = false;

  /** Creates applications one after the other. One whose answer is lost may have been created. */
  const create = async () => {
    for (let index = 0; !isDone; index += 1) {
      const answer = await appledger.createApp({ name: `A${index}` }).catch(() => undefined);
      if (answer?.status === 200) created.push(answer.body.appId);
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  /** Reads one connection to its end, from the last cursor. */
  const read = async (enough: () => boolean) => {
    const { development } = appledger;
    const token = await tokenWith(development, { IAM_OWNER: [development.organization] });
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      ...(cursor !== '' && { 'last-event-id': cursor }),
    };
    const answer = await fetch(`${appledger.server.url}/appledger/v1/events?types=${ADDED}`, { headers });
    for await (const { id, event, data } of messagesOf(answer)) {
      cursor = id ?? cursor;
      if (event === ADDED) seen.push(data.subject);
      if (enough()) return;
    }
  };

  const creating = create();
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await read(() => seen.length >= kill * READ_BETWEEN_KILLS).catch(() => undefined);
    await appledger.server.stop('SIGKILL');
    appledger = await startAppledger({ dataDir });
  }
  isDone = true;
  await creating;
  const isComplete = () => created.every((appId) => seen.includes(appId));
  if (!isComplete()) await read(isComplete); // If it is complete, the stream has nothing more to say.

  expect(seen.length).toBeGreaterThanOrEqual(KILLS * READ_BETWEEN_KILLS);
  expect(new Set(seen).size).toBe(seen.length);
  const all: string[] = [];
  for (let after = ''; ; ) {
    const { body } = await appledger.call(`GET /appledger/v1/events?types=${ADDED}&after=${after}`);
    all.push(...(body.events ?? []).map(({ subject }: { subject: string }) => subject));
    if (body.hasMore !== true) break;
    after = body.nextCursor;
  }
  expect(seen).toEqual(all.slice(0, seen.length));
});
