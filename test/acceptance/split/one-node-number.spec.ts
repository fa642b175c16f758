import { missingOn } from '../../support/balanced-clients.js';
import { describeWithMongoDb } from '../../support/mongodb-process.js';
import { SplitDeployment } from '../../support/split-deployment.js';

const AT_ONCE = 50;
const ROUNDS = 4;

describeWithMongoDb('two apis with one node number', () => {
  let deployment: SplitDeployment;

  beforeAll(async () => {
    deployment = await SplitDeployment.start('number', { APPLEDGER_NODE_ID: '7', APPLEDGER_READ_PATIENCE_MS: '20000' });
    await deployment.startProjector();
    await deployment.serves();
  });
  afterAll(() => deployment?.end());

  it('detect it: the later one logs that and takes another number', async () => {
    const { server } = deployment.apis[1];
    expect(await server.outputWith(/another process uses APPLEDGER_NODE_ID/)).toContain('ids get another number');
  });

  it('generate ids at the same time: every application and client id is unique, and none is lost', async () => {
    const created = new Map<string, string>();
    const clientIds = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const names = Array.from({ length: AT_ONCE }, (_, number) => `Round ${round}, ${number}`);
      const creations = names.map(async (name, number) => {
        const { status, body } = await (deployment.apis[number % 2] ?? deployment.apis[0]).createApp({ name });
        expect({ status, body }).toMatchObject({ status: 200 });
        created.set(body.appId, name);
        clientIds.add(body.clientId);
      });
      await Promise.all(creations);
    }
    expect([created.size, clientIds.size]).toEqual([ROUNDS * AT_ONCE, ROUNDS * AT_ONCE]);
    expect(await missingOn(deployment.apis, created)).toEqual([]);
  });
});
