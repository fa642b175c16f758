import { randomBytes } from 'node:crypto';
import { type Appledger, ready, startAppledger } from '../support/appledger.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { expectRefused } from '../support/refused.js';
import { cleanUp } from '../support/server.js';
import { startBeside } from '../support/split-deployment.js';
import { until } from '../support/until.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const PATH = '/appledger/v1/webhooks';
const WORK = 'work webhook deliveries';
/** Processes start and take over, which a loaded machine does slowly. */
const SLOW_MS = 300_000;

const TYPES = ['project.application.added', 'project.application.changed'];

/** Two servers on one event store over EventStoreDB's protocol, each with documents of its own. */
describe('webhooks of two servers that share an EventStoreDB only', () => {
  const events = new GatewayProcess();
  let receiver: WebhookReceiver;
  let env: Readonly<Record<string, string>>;
  let servers: Appledger[];
  let webhook: string;
  /** How many events of each application have been caused. */
  const caused = new Map<string, number>();

  beforeAll(async () => {
    await events.start();
    receiver = await WebhookReceiver.start();
    env = {
      APPLEDGER_EVENTSTORE_URL: events.connectionString,
      APPLEDGER_WEBHOOKS_ALLOW_PRIVATE: 'true',
      APPLEDGER_WEBHOOKS_KEY: randomBytes(32).toString('base64'),
    };
    const first = await startAppledger({ env });
    servers = [first, await startBeside(first, env)];
    for (const { call } of servers) await ready(call);
    const { body } = await first.call(`POST ${PATH}`, { body: { url: receiver.url, types: TYPES } });
    webhook = `${PATH}/${body.webhookId}`;
  }, SLOW_MS);
  beforeEach(() => {
    receiver.answer = () => 200;
  });
  afterAll(async () => {
    await cleanUp();
    await events.end();
    await receiver.close();
  });

  const create = async (by: Appledger, names: readonly string[]) => {
    const created = await Promise.all(names.map((name) => by.createApp({ name })));
    for (const { status, body } of created) {
      expect(status).toBe(200);
      caused.set(body.appId, 1);
    }
    return created.map(({ body }): string => body.appId);
  };
  const rename = async (by: Appledger, appId: string, name: string) => {
    expect((await by.app('PUT', appId, '', { name })).status).toBe(200);
    caused.set(appId, (caused.get(appId) ?? 0) + 1);
  };
  const isComplete = (appId: string) =>
    new Set(receiver.arrived.filter(({ subject }) => subject === appId).map(({ id }) => id)).size === caused.get(appId);
  const everythingArrives = () => until(() => [...caused.keys()].every(isComplete));
  const work = async ({ call }: Appledger) => (await call('GET /debug/ready')).body.details[WORK];
  const roles = () => Promise.all(servers.map(async (server) => (await work(server)).state));
  const metric = async ({ server }: Appledger, pattern: RegExp) =>
    Number(pattern.exec(await (await fetch(`${server.url}/debug/metrics`)).text())?.[1]);
  const delivered = (server: Appledger) =>
    metric(server, /appledger_webhook_attempts_total\{outcome="delivered"\} (\d+)/);
  const pending = (server: Appledger) => metric(server, /^appledger_webhook_events_pending (\d+)/m);
  const deliveredInAll = async () => (await Promise.all(servers.map(delivered))).reduce((sum, count) => sum + count, 0);
  /** The server that delivers, and the other one. */
  const byRole = async () => {
    const [state] = await roles();
    const [first, second] = servers as [Appledger, Appledger];
    return state === 'working' ? { holder: first, other: second } : { holder: second, other: first };
  };
  /** A repetition begins at or before what has come, and no event overtakes another one of its application. */
  const expectOrder = () => {
    const highest = new Map<string, number>();
    const sequences = new Map<string, number[]>();
    for (const { subject, sequence } of receiver.arrived) {
      const known = sequences.get(subject) ?? [];
      if (!known.includes(sequence)) sequences.set(subject, [...known, sequence]);
      expect(sequence).toBeGreaterThanOrEqual(1);
      highest.set(subject, Math.max(highest.get(subject) ?? 0, sequence));
    }
    for (const found of sequences.values()) expect(found).toEqual(found.toSorted((a, b) => a - b));
  };

  it('come from one of them, and both say from which', async () => {
    await until(async () => (await roles()).includes('working'));
    await until(async () => (await work((await byRole()).other)).holder !== undefined);
    for (const by of servers) await create(by, [`A ${caused.size}`, `B ${caused.size}`]);
    await everythingArrives();
    expect((await roles()).toSorted()).toEqual(['standby', 'working']);
    await until(async () => (await deliveredInAll()) >= caused.size); // counted after the receiver has answered
    const counts = await Promise.all(servers.map(delivered));
    expect(counts.toSorted((a, b) => a - b)).toEqual([0, caused.size]);
    const [one, two] = await Promise.all(servers.map(work));
    expect([one.holder, one.since]).toEqual([two.holder, two.since]);
    expect(Date.parse(one.since)).not.toBeNaN();
  });

  it('can be listed and sent again at the other one', async () => {
    const before = receiver.arrived.length;
    // The lease may just pass from one server to the other one.
    await until(async () => {
      const { holder } = await byRole();
      return (await holder.call(`GET ${webhook}/deliveries`)).body.result?.length === before;
    });
    const { holder, other } = await byRole();
    expectRefused(await other.call(`GET ${webhook}/deliveries`), 'WEBHOOK-Dl2hv');

    receiver.answer = () => 500;
    const [appId = ''] = await create(holder, ['fails']);
    const failing = async () =>
      (await other.call(`GET ${webhook}/deliveries?filter=DELIVERY_FILTER_FAILING`)).body.result ?? [];
    await until(async () => (await failing()).length === 1);
    const [delivery] = await failing();
    expect(delivery).toMatchObject({ subject: appId, status: 500 });
    expect(delivery.answer ?? '').toBe('');
    receiver.answer = () => 200;
    await other.call(`POST ${webhook}/deliveries/${delivery.eventId}:redeliver`, { body: {} });
    await until(async () => (await failing()).length === 0);
    expect(receiver.accepted.filter(({ subject }) => subject === appId)).toHaveLength(1);

    const accepted = receiver.accepted.length;
    const replayed = await other.call(`POST ${webhook}:replay`, { body: {} });
    expect(replayed.status).toBe(200);
    await until(() => receiver.accepted.length === accepted + caused.size);
    expect(await delivered(other)).toBe(0);
  });

  it(
    'go on at the other one when the first is killed in the middle of deliveries, and stay there when it comes back',
    async () => {
      const { holder, other } = await byRole();
      receiver.answer = (_, response) => {
        setTimeout(() => response.writeHead(204).end(), 100);
        return undefined;
      };
      const names = Array.from({ length: 8 }, (_, index) => `K ${index}`);
      const created = await create(other, names);
      const before = receiver.arrived.length;
      const renaming = Promise.all(
        created.map(async (appId) => {
          for (let round = 0; round < 5; round += 1) await rename(other, appId, `${appId} ${round}`);
        }),
      );
      await until(() => receiver.arrived.length > before + 10);
      await holder.server.stop('SIGKILL');
      await renaming;
      await everythingArrives();
      expect(await delivered(other)).toBeGreaterThan(0);
      expectOrder();

      const back = await startAppledger({ dataDir: holder.server.dataDir, env });
      servers = [other, back];
      await ready(back.call);
      await create(back, ['after the kill']);
      await everythingArrives();
      await until(async () => !(await roles()).includes(undefined));
      expect(await roles()).toEqual(['working', 'standby']);
      expect(await delivered(back)).toBe(0);
    },
    SLOW_MS,
  );

  it(
    'go on at the other one when the first is stopped, which sends nothing more when it goes on',
    async () => {
      const { holder, other } = await byRole();
      const created = await create(other, ['S 0', 'S 1', 'S 2', 'S 3']);
      receiver.answer = (_, response) => {
        setTimeout(() => response.writeHead(204).end(), 300);
        return undefined;
      };
      const before = receiver.arrived.length;
      await Promise.all(
        created.map(async (appId) => {
          for (let round = 0; round < 4; round += 1) await rename(other, appId, `${appId} ${round}`);
        }),
      );
      await until(() => receiver.arrived.length > before);
      process.kill(holder.server.pid, 'SIGSTOP');
      await until(async () => (await work(other)).state === 'working');
      await everythingArrives();
      await until(async () => (await delivered(other)) > 0);
      receiver.answer = () => 200;
      await until(async () => (await pending(other)) === 0); // what the holder had begun is delivered again
      const sent = receiver.arrived.length;
      process.kill(holder.server.pid, 'SIGCONT');
      await until(async () => (await work(holder)).state === 'standby');
      await create(holder, ['after the stop']);
      await everythingArrives();
      expect(receiver.arrived).toHaveLength(sent + 1);
      expectOrder();
    },
    SLOW_MS,
  );
});
