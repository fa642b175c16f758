import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { cleanUp, onGateway, ServerFailed, startServer } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const occupant = createServer();
let port = '';
beforeAll(async () => {
  await once(occupant.listen(0, '127.0.0.1'), 'listening');
  port = `${(occupant.address() as AddressInfo).port}`;
});
afterAll(async () => {
  occupant.close();
  await cleanUp();
});

/** The output of a server whose port is in use, and its data folder. */
async function refusedStart(env: Readonly<Record<string, string>>) {
  const folder = join(tempFolder(), 'data');
  const failure = await startServer({ dataDir: folder, env }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof ServerFailed)) throw new Error('the server has started');
  return { ...failure, output: failure.output, folder };
}

describe('a port in use', () => {
  it.each([
    ['APPLEDGER_PORT', 'stop what listens there, or choose another port'],
    ...(onGateway
      ? []
      : [['APPLEDGER_GATEWAY_PORT', 'stop what listens there, choose another port, or set it to off']]),
  ])('is reported in one line (%s), and the data folder is unchanged', async (variable, advice) => {
    const { code, output, folder } = await refusedStart({ [variable]: port });
    expect(code).toBe(1);
    expect(output).toBe(`${variable} ${port} is in use on 127.0.0.1: ${advice}\n`);
    expect(existsSync(folder)).toBe(false);
  });

  it('is reported in one line by a projector, too', async () => {
    const failed = startServer({
      app: 'projector',
      env: {
        APPLEDGER_PORT: port,
        APPLEDGER_EVENTSTORE_URL: 'kurrentdb://127.0.0.1:1?tls=false',
        APPLEDGER_MONGODB_URL: 'mongodb://127.0.0.1:1/never',
      },
    });
    await expect(failed).rejects.toMatchObject({
      output: `APPLEDGER_PORT ${port} is in use on 127.0.0.1: stop what listens there, or choose another port\n`,
    });
  });
});
