import { join } from 'node:path';
import { EmbeddedLog } from '#libs/engine/event-store/embedded/log.js';
import { fillLog } from '../../../test/bench/filled-log.js';
import { appledger } from '../../../test/support/cli.js';
import { startTestGateway } from '../../../test/support/gateway.js';
import { tempFolder } from '../../../test/support/temp-folder.js';

const APPLICATIONS = 3;

it.each([false, true])(
  'events of an EventStoreDB are printed, and it gets no identity (writable: %j)',
  async (writable) => {
    const dataDir = tempFolder();
    await fillLog(dataDir, { applications: APPLICATIONS, organization: '1', projectOf: () => '2' });
    const log = await EmbeddedLog.open({ folder: join(dataDir, 'events'), readOnly: false });
    const gateway = await startTestGateway({ log, writable });
    const before = log.head;
    const env = { APPLEDGER_EVENTSTORE_URL: gateway.connectionString };
    const { code, stdout, stderr } = await appledger(['events', '--json'], env);
    expect([code, stdout.match(/^\{/gm)]).toEqual([0, Array(2 * APPLICATIONS).fill('{')]);
    const [, cursor = ''] = /--after (\S+)/.exec(stderr) ?? [];
    expect(await appledger(['events', '--json', '--after', cursor], env)).toMatchObject({ code: 0, stdout: '' });
    expect(log.head).toBe(before);
    await gateway.close();
  },
);

it('an export of an EventStoreDB that cannot be reached ends with the reason', async () => {
  const env = { APPLEDGER_EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' };
  const { code, stderr } = await appledger(['export', join(tempFolder(), 'export')], env);
  expect([code, stderr]).toEqual([1, expect.stringContaining('EventStoreDB does not answer')]);
});
