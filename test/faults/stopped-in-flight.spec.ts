import { startAppledger } from '../support/appledger.js';
import { cleanUp } from '../support/server.js';

afterAll(cleanUp);

const CLIENTS = 32;
const STOP_AFTER = 200;

it.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: requests in flight finish, nothing answered is lost, the exit code is 0',
  async (signal) => {
    const first = await startAppledger();
    const answered: string[] = [];
    let sent = 0;
    let stopped: Promise<{ code: number | null }> | undefined;
    const client = async () => {
      for (;;) {
        sent += 1;
        const answer = await first.createApp({ name: `App ${sent}` }).catch(() => undefined);
        if (answer?.status !== 200) return;
        answered.push(answer.body.appId);
        if (answered.length === STOP_AFTER) stopped = first.server.stop(signal);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    expect(await stopped).toEqual({ code: 0, signal: null });

    const second = await startAppledger({ dataDir: first.server.dataDir });
    for (const appId of answered) expect((await second.getApp(appId)).status).toBe(200);
  },
);

it('an idle keep-alive connection does not prevent the server from stopping', async () => {
  const { server, createApp } = await startAppledger();
  await createApp({ name: 'Kept alive' });
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});
