import type { Appledger } from '../support/appledger.js';
import { startAppledger } from '../support/appledger.js';
import { mongoDbServer } from '../support/mongodb-process.js';
import { SplitDeployment } from '../support/split-deployment.js';

const NODE_SHIFT = 10n;
const NODE_BITS = 1_023n;
const CONFIGURED = 5;

/** The number of the node in the id of an application that this api creates now. */
async function nodeOf(api: Appledger, name: string): Promise<number> {
  const { body } = await api.createApp({ name });
  return Number((BigInt(body.appId) >> NODE_SHIFT) & NODE_BITS);
}

const suite = mongoDbServer === '' ? describe.skip : describe;

suite(`apis with one node number${mongoDbServer === '' ? ' (npm run test:mongodb runs this)' : ''}`, () => {
  let deployment: SplitDeployment;
  beforeAll(async () => {
    deployment = await SplitDeployment.start('nodes', { APPLEDGER_NODE_ID: `${CONFIGURED}` });
  });
  afterAll(() => deployment?.end());

  it('log that and use different numbers in their ids, and the number is free again after a crash', async () => {
    const [first, second] = deployment.apis;
    expect(await nodeOf(first, 'Of the first')).toBe(CONFIGURED);
    expect(await nodeOf(second, 'Of the second')).not.toBe(CONFIGURED);
    expect(await second.server.outputWith(/another process uses APPLEDGER_NODE_ID/)).toContain(
      `"configured":${CONFIGURED}`,
    );

    await first.server.stop('SIGKILL');
    await second.server.outputWith(/ids get the number of APPLEDGER_NODE_ID now/);
    expect(await nodeOf(second, 'Of the second again')).toBe(CONFIGURED);
  });

  it('get different numbers if none is configured', async () => {
    const env = { ...deployment.env, APPLEDGER_PROJECTIONS: 'off' };
    const apis = await Promise.all([startAppledger({ env }), startAppledger({ env })]);
    const [one, other] = await Promise.all(apis.map((api, n) => nodeOf(api, `Drawn ${n}`)));
    expect(one).not.toBe(other);
  });
});
