import { setTimeout as delay } from 'node:timers/promises';
import { BalancedClients, missingOn } from '../../support/balanced-clients.js';
import { appledger } from '../../support/cli.js';
import { describeWithMongoDb } from '../../support/mongodb-process.js';
import type { Server } from '../../support/server.js';
import { SplitDeployment } from '../../support/split-deployment.js';

const CLIENTS = 4;
/** Creations between one event and the next. */
const FEW = 10;
/** How long a part is away. */
const AWAY_MS = 1_000;

describeWithMongoDb('a split deployment whose parts are killed and come back', () => {
  let deployment: SplitDeployment;
  let projectors: [Server, Server];

  beforeAll(async () => {
    deployment = await SplitDeployment.start('killed');
    projectors = await Promise.all([deployment.startProjector(), deployment.startProjector()]);
    await deployment.serves();
  });
  afterAll(() => deployment?.end());

  /** Has clients at work while the part is killed and comes back; what they were answered must be there for all. */
  async function underLoad(part: string, fault: (clients: BalancedClients) => Promise<void>) {
    const clients = new BalancedClients(() => deployment.apis, part, CLIENTS);
    await clients.further(FEW);
    await fault(clients);
    await clients.further(FEW);
    const seen = await clients.stop();
    await deployment.serves();
    expect(seen.wrong).toEqual([]);
    expect(await missingOn(deployment.apis, seen.created)).toEqual([]);
    return seen;
  }

  it('an api: the other one answers, and the first finds everything after its restart', async () => {
    await underLoad('an api', async (clients) => {
      await deployment.killApi();
      await clients.further(FEW);
      await deployment.startApiAgain();
    });
  });

  it('the active projector: the other one takes over', async () => {
    const [one, other] = projectors;
    const { stale } = await underLoad('the projector', async (clients) => {
      const worker = (await isWorking(one)) ? one : other;
      await worker.stop('SIGKILL');
      await clients.further(FEW);
      projectors = [worker === one ? other : one, await deployment.startProjector()];
    });
    expect(stale).toBeGreaterThan(0); // Nobody wrote documents for some seconds, and the answers said so.
  });

  it('all projectors: writes continue, and their documents exist when one is back', async () => {
    await underLoad('all projectors', async (clients) => {
      await Promise.all(projectors.map((projector) => projector.stop('SIGKILL')));
      await clients.further(FEW);
      projectors = await Promise.all([deployment.startProjector(), deployment.startProjector()]);
    });
  });

  it('a projector that hangs and resumes while another one is active: no document gets an older state', async () => {
    const [one, other] = projectors;
    await underLoad('a projector that hangs', async (clients) => {
      const sleeper = (await isWorking(one)) ? one : other;
      process.kill(sleeper.pid, 'SIGSTOP');
      while (!(await isWorking(sleeper === one ? other : one))) await delay(100);
      await clients.further(FEW);
      process.kill(sleeper.pid, 'SIGCONT');
    });
  });

  it('the event store: requests wait for it, and no confirmed write is lost', async () => {
    const { refused } = await underLoad('the event store', async () => {
      await deployment.events.end('SIGKILL');
      await delay(AWAY_MS);
      await deployment.events.start();
    });
    expect(refused).toBe(0);
  });

  it('MongoDB: writes continue, queries are refused until it is back', async () => {
    const { unread } = await underLoad('MongoDB', async (clients) => {
      await deployment.mongo.end('SIGKILL');
      await clients.further(FEW);
      await deployment.mongo.start();
    });
    expect(unread).toBeGreaterThan(0);
  });

  it('afterwards every document matches its events', async () => {
    for (const name of ['applications', 'projects', 'clients', 'applicationKeys', 'applicationLives']) {
      const { code, stdout, stderr } = await appledger(['projections', 'verify', name], deployment.env);
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: expect.stringContaining('all are what their events say'),
        stderr: '',
      });
    }
  });
});

async function isWorking({ url }: Server): Promise<boolean> {
  const { details } = (await (await fetch(`${url}/debug/ready`)).json()) as {
    details: Record<string, { state?: string }>;
  };
  return details['projection applications']?.state === 'live';
}
