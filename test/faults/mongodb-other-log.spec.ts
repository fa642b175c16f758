import { setTimeout as delay } from 'node:timers/promises';
import { type Appledger, ready, startAppledger } from '../support/appledger.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { databaseUrl } from '../support/mongodb.js';
import { describeWithMongoDb, MongoDbProcess } from '../support/mongodb-process.js';
import { cleanUp, startServer } from '../support/server.js';

const DATABASE = 'registry';
const POLL_MS = 100;

describeWithMongoDb('a MongoDB of another installation', () => {
  const processes: { end(signal?: NodeJS.Signals): Promise<void> }[] = [];

  afterAll(async () => {
    await cleanUp();
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
  });

  async function started<P extends { start(): Promise<void>; end(): Promise<void> }>(process: P): Promise<P> {
    processes.push(process);
    await process.start();
    return process;
  }

  const envOf = (events: GatewayProcess, mongo: MongoDbProcess) => ({
    APPLEDGER_EVENTSTORE_URL: events.connectionString,
    APPLEDGER_MONGODB_URL: databaseUrl(DATABASE, mongo.url),
    APPLEDGER_LEDGER: 'off', // it contradicts another log
  });

  /** An installation of its own, and an application that it has. */
  async function installation(name: string) {
    const [events, mongo] = await Promise.all([started(new GatewayProcess()), started(new MongoDbProcess())]);
    const appledger = await startAppledger({ env: envOf(events, mongo) });
    await ready(appledger.call);
    const appId: string = (await appledger.createApp({ name })).body.appId;
    expect((await appledger.getApp(appId)).status).toBe(200);
    return { events, mongo, appledger, appId };
  }

  async function builtAgain({ call }: Appledger): Promise<void> {
    for (;;) {
      const { status, body } = await call('GET /debug/ready');
      if (status === 200 && body.details['projection applications'].setAside !== undefined) return;
      await delay(POLL_MS);
    }
  }

  it('is detected when it replaces the own one: the documents are rebuilt', async () => {
    const [one, other] = await Promise.all([installation('One'), installation('Other')]);
    await other.appledger.server.stop();
    await Promise.all([one.mongo.end(), other.mongo.end()]);
    one.mongo.takeDataOf(other.mongo);
    await one.mongo.start();
    await builtAgain(one.appledger);
    expect((await one.appledger.getApp(one.appId)).status).toBe(200);
    expect((await one.appledger.getApp(other.appId)).status).toBe(404);
    const { organization, project } = other.appledger.development;
    const list = `POST /management/v1/projects/${project}/apps/_search`;
    const listed = await one.appledger.call(list, { body: {}, headers: { 'x-zitadel-orgid': organization } });
    expect(listed.body.result).toBeUndefined();
    await one.appledger.server.stop();
  });

  it('is neither read nor changed while that installation uses it', async () => {
    const one = await installation('One');
    const events = await started(new GatewayProcess());
    const env = envOf(events, one.mongo);
    const other = await startAppledger({ env: { ...env, APPLEDGER_PROJECTIONS: 'off' } });
    const projector = await startServer({ app: 'projector', env });
    const project = `GET /management/v1/projects/${other.development.project}`;
    const answer = await other.call(project);
    expect(answer).toMatchObject({ status: 503, body: { code: 14 } });
    await delay(2_000); // Time enough to set aside what is not its own.
    expect((await other.call(project)).status).toBe(503);
    expect((await one.appledger.getApp(one.appId)).status).toBe(200);
    const ownReady = (await one.appledger.call('GET /debug/ready')).body.details;
    expect(JSON.stringify(ownReady)).not.toContain('setAside');
    // When that installation has gone, this one takes the database over.
    await one.appledger.server.stop();
    while ((await other.call(project)).status !== 200) await delay(POLL_MS);
    await projector.stop();
    await other.server.stop();
  });
});
