import { MongoClient } from 'mongodb';
import { type Appledger, ready } from '../support/appledger.js';
import { appledger } from '../support/cli.js';
import { eventually as untilItSucceeds } from '../support/eventually.js';
import { describeWithMongoDb } from '../support/mongodb-process.js';
import type { Server } from '../support/server.js';
import { SplitDeployment } from '../support/split-deployment.js';

/** An answer that is not yet what it will be. */
class NotYet extends Error {}
const eventually = <T>(attempt: () => Promise<T>) => untilItSucceeds(NotYet, attempt);

describeWithMongoDb('projectors', () => {
  let deployment: SplitDeployment;
  let env: Readonly<Record<string, string>>;
  let apis: readonly [Appledger, Appledger];
  let projectors: Server[];

  beforeAll(async () => {
    deployment = await SplitDeployment.start('projectors');
    ({ env, apis } = deployment);
    projectors = await Promise.all([startProjector(), startProjector()]);
    await eventually(async () => (await working()) ?? raise());
  });

  afterAll(() => deployment?.end());

  const startProjector = () => deployment.startProjector();
  const raise = (): never => {
    throw new NotYet();
  };

  /** The state of the applications in each projector's readiness. */
  async function states(): Promise<readonly string[]> {
    return Promise.all(
      projectors.map(async ({ url }) => {
        const { details } = (await (await fetch(`${url}/debug/ready`)).json()) as {
          details: Record<string, { state?: string }>;
        };
        return details['projection applications']?.state ?? '';
      }),
    );
  }

  async function working(): Promise<Server | undefined> {
    return projectors[(await states()).indexOf('live')];
  }

  const create = async (name: string) => (await apis[0].createApp({ name })).body.appId as string;
  const found = async (appId: string) => {
    const { status } = await apis[1].getApp(appId);
    if (status !== 200) throw new NotYet(`${appId}: ${status}`);
  };

  it('work one at a time: the others stand by', async () => {
    expect((await states()).toSorted()).toEqual(['live', 'standby']);
    await Promise.all(projectors.map(({ url }) => ready((request, options) => fetchAnswer(url, request, options))));
  });

  it('let a client read on one node what it wrote on another', async () => {
    const created = await apis[0].createApp({ name: 'Across' });
    const position = created.headers.get('x-appledger-position') ?? '';
    const path = `GET /management/v1/projects/${apis[1].development.project}/apps/${created.body.appId}`;
    const { status } = await apis[1].call(path, { headers: { 'x-appledger-position': position } });
    expect(status).toBe(200);
  });

  it('take over from one that was killed, miss no event and apply none backwards', async () => {
    const appIds = [await create('Before')];
    await eventually(() => found(appIds[0] ?? ''));
    const worker = await working();
    await worker?.stop('SIGKILL');
    projectors = projectors.filter((one) => one !== worker);
    for (let index = 0; index < 20; index += 1) appIds.push(await create(`Meanwhile ${index}`));
    await eventually(async () => (await working()) ?? raise());
    for (const appId of appIds) await eventually(() => found(appId));
    projectors.push(await startProjector());
    const verified = await appledger(['projections', 'verify', 'applications'], env);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('all are what their events say') });
  });

  it('hand over when they are stopped', async () => {
    const worker = await working();
    expect(await worker?.stop()).toEqual({ code: 0, signal: null });
    projectors = projectors.filter((one) => one !== worker);
    await eventually(async () => (await working()) ?? raise());
    const appId = await create('After');
    await eventually(() => found(appId));
  });

  it('notice that the database was dropped, and build everything again', async () => {
    const appId = await create('Dropped');
    await eventually(() => found(appId));
    const client = await MongoClient.connect(deployment.mongo.url);
    await client.db('projectors').dropDatabase();
    await client.close();
    await eventually(async () => {
      const { status } = await apis[1].getApp(appId);
      if (status === 200) throw new NotYet('the old answer');
    }).catch(() => undefined); // it may be built again before anybody has seen it gone
    await eventually(() => found(appId));
    const rebuilt = await appledger(['projections', 'list'], env);
    expect(rebuilt.stdout).toMatch(/^applications: generation \d+ serves/m);
  });

  it('build documents again on demand, whoever asks', async () => {
    const { code, stdout } = await appledger(['projections', 'rebuild', 'applications'], env);
    expect(stdout).toMatch(/^applications: generation \d+ has been built and serves$/m);
    expect(code).toBe(0);
  });
});

async function fetchAnswer(base: string, request: string, _?: unknown) {
  const [, path] = request.split(' ');
  const response = await fetch(`${base}${path}`);
  return { status: response.status, headers: response.headers, body: await response.json() };
}
