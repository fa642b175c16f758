import type { Appledger } from '../../support/appledger.js';
import { BalancedClients, missingOn } from '../../support/balanced-clients.js';
import { describeWithMongoDb } from '../../support/mongodb-process.js';
import type { Server } from '../../support/server.js';
import { SplitDeployment } from '../../support/split-deployment.js';

/** Applications that are in the documents and, after the restore, in no event. */
const LOST = 10;
/** Creations after the restore, fewer than were lost: until then the log ends before what the documents hold. */
const FEW = 3;

describeWithMongoDb('an older event log is restored under a split deployment', () => {
  let deployment: SplitDeployment;
  let projector: Server;
  let kept: string;
  let lost: readonly string[];
  let after: readonly string[];

  beforeAll(async () => {
    deployment = await SplitDeployment.start('restored', { APPLEDGER_LEDGER: 'off' });
    projector = await deployment.startProjector();
    await deployment.serves();
    kept = await create('Kept');
    await deployment.serves();
    await deployment.events.end();
    const backup = await deployment.events.backUp();
    await deployment.events.start();
    lost = await createMany('Lost', LOST);
    await deployment.serves();
    expect(await statuses(lost)).toEqual(both(lost, 200));
    await projector.stop();
    await deployment.events.end();
    deployment.events.restore(backup);
    await deployment.events.start();
  });
  afterAll(() => deployment?.end());

  const create = async (name: string): Promise<string> => {
    const { status, body } = await deployment.apis[0].createApp({ name });
    if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
    return body.appId;
  };

  async function createMany(label: string, count: number): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let number = 0; number < count; number += 1) ids.push(await create(`${label} ${number}`));
    return ids;
  }

  /** What both apis answer to a GET of each; `behind` when the answer says that it may be. */
  const statuses = (appIds: readonly string[]) =>
    Promise.all(deployment.apis.flatMap((api) => appIds.map((appId) => statusOf(api, appId))));

  it('without a projector: no api returns a document without an event as current', async () => {
    expect(await statuses(lost)).not.toContain(200);
    after = await createMany('After', FEW);
    expect(await statuses(lost)).not.toContain(200);
    after = [...after, ...(await createMany('Far after', LOST))];
    expect(await statuses(lost)).not.toContain(200);
  });

  it('with a projector, which rebuilds the documents under queries: both apis return the content of the log', async () => {
    projector = await deployment.startProjector();
    await deployment.serves();
    expect(await statuses(lost)).toEqual(both(lost, 404));
    expect(await statuses([kept, ...after])).toEqual(both([kept, ...after], 200));
    expect(await projector.outputWith(/documents of applications are not of this event log/)).toMatch(/"reason":/);
  });

  it('afterwards: an application created through one api is found through the other', async () => {
    const clients = new BalancedClients(() => deployment.apis, 'Restored', 4);
    await clients.further(LOST * 3);
    const { created, wrong } = await clients.stop();
    expect(wrong).toEqual([]);
    expect(await missingOn(deployment.apis, created)).toEqual([]);
  });
});

const both = (appIds: readonly string[], status: number) => [...appIds, ...appIds].map(() => status);

async function statusOf({ getApp }: Appledger, appId: string): Promise<number | 'behind'> {
  const { status, headers } = await getApp(appId);
  return headers.has('x-appledger-stale') ? 'behind' : status;
}
