import { startAppledger } from '../../support/appledger.js';
import { BalancedClients, missingOn } from '../../support/balanced-clients.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import { databaseUrl } from '../../support/mongodb.js';
import { describeWithMongoDb, MongoDbProcess } from '../../support/mongodb-process.js';
import { SplitDeployment } from '../../support/split-deployment.js';

const DATABASE = 'exchanged';
const CLIENTS = 4;
const FEW = 10;

describeWithMongoDb('MongoDB is exchanged under a split deployment', () => {
  let deployment: SplitDeployment;

  beforeAll(async () => {
    deployment = await SplitDeployment.start(DATABASE);
    await Promise.all([deployment.startProjector(), deployment.startProjector()]);
    await deployment.serves();
  });
  afterAll(() => deployment?.end());

  /** Has clients at work while the data is exchanged. No answer may be wrong, and all must be there afterwards. */
  async function exchanged(by: string, exchange: (mongo: MongoDbProcess) => Promise<void>) {
    const { mongo } = deployment;
    const clients = new BalancedClients(() => deployment.apis, by, CLIENTS);
    await clients.further(FEW);
    await mongo.end('SIGKILL');
    await exchange(mongo);
    await mongo.start();
    await clients.further(FEW);
    await deployment.serves();
    await clients.further(FEW);
    const { created, wrong } = await clients.stop();
    await deployment.serves();
    expect(wrong).toEqual([]);
    expect(await missingOn(deployment.apis, created)).toEqual([]);
  }

  it('by an empty one: the documents are rebuilt', async () => {
    await exchanged('An empty one', async (mongo) => mongo.restore());
  });

  it('by an older back-up of itself: missing events are projected, and no query is answered before that', async () => {
    const { mongo, apis } = deployment;
    await mongo.end('SIGKILL');
    const backup = await mongo.backUp();
    await mongo.start();
    await deployment.serves();
    for (let number = 0; number < FEW; number += 1) await apis[0].createApp({ name: `Later ${number}` });
    await deployment.serves();
    await exchanged('A back-up', async () => mongo.restore(backup));
  });

  it('by that of another installation: its documents are never returned, and are rebuilt', async () => {
    const [events, other] = [new GatewayProcess(), new MongoDbProcess()];
    await Promise.all([events.start(), other.start()]);
    const env = {
      APPLEDGER_EVENTSTORE_URL: events.connectionString,
      APPLEDGER_MONGODB_URL: databaseUrl(DATABASE, other.url),
    };
    const stranger = await startAppledger({ env });
    const { appId } = (await stranger.createApp({ name: 'Of another installation' })).body;
    expect((await stranger.getApp(appId)).status).toBe(200);
    await stranger.server.stop();
    await Promise.all([events.end(), other.end()]);
    await exchanged('Of another installation', async (mongo) => mongo.takeDataOf(other));
    const { organization, project } = stranger.development;
    const list = `POST /management/v1/projects/${project}/apps/_search`;
    for (const { call } of deployment.apis) {
      const { body } = await call(list, { body: {}, headers: { 'x-zitadel-orgid': organization } });
      expect(body.result).toBeUndefined();
    }
  });
});
