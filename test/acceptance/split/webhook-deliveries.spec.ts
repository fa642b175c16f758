import { randomBytes } from 'node:crypto';
import type { Appledger } from '../../support/appledger.js';
import { describeWithMongoDb } from '../../support/mongodb-process.js';
import { SplitDeployment } from '../../support/split-deployment.js';
import { until } from '../../support/until.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const ADDED = 'project.application.added';

describeWithMongoDb('webhooks of two apis', () => {
  let deployment: SplitDeployment;
  let receiver: WebhookReceiver;
  const created: string[] = [];

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    deployment = await SplitDeployment.start('webhooks', {
      APPLEDGER_WEBHOOKS_ALLOW_PRIVATE: 'true',
      APPLEDGER_WEBHOOKS_KEY: randomBytes(32).toString('base64'),
    });
    await deployment.startProjector();
    await deployment.serves();
  });
  afterAll(async () => {
    await deployment.end();
    await receiver.close();
  });

  const create = async (by: Appledger, count: number) => {
    for (let index = 0; index < count; index += 1) {
      const { body } = await by.createApp({ name: `A${created.length}` });
      created.push(body.appId);
    }
    await receiver.accepts(created.length);
  };
  const delivered = async ({ server }: Appledger) => {
    const metrics = await (await fetch(`${server.url}/debug/metrics`)).text();
    return Number(/appledger_webhook_attempts_total\{outcome="delivered"\} (\d+)/.exec(metrics)?.[1]);
  };

  /** Waits until so many deliveries are counted: that is done after the receiver has answered. */
  const counted = (count: number) =>
    until(async () => (await Promise.all(deployment.apis.map(delivered))).some((each) => each >= count));

  it('are served by one of them, which does what the other one is asked for', async () => {
    const body = { url: receiver.url, types: [ADDED] };
    const { webhookId } = (await deployment.apis[1].call('POST /appledger/v1/webhooks', { body })).body;
    for (const api of deployment.apis) await create(api, 3);
    await counted(6);
    const counts = await Promise.all(deployment.apis.map(delivered));
    expect(counts.toSorted()).toEqual([0, 6]);
    for (const api of deployment.apis) await api.call(`POST /appledger/v1/webhooks/${webhookId}:replay`, { body: {} });
    await until(() => receiver.accepted.length === 18);
    await counted(18);
    expect((await Promise.all(deployment.apis.map(delivered))).toSorted((a, b) => a - b)).toEqual([0, 18]);
  });

  it('are served by the other one when it is killed, without a gap', async () => {
    const [first, second] = deployment.apis;
    const [worker, other] = (await delivered(first)) > 0 ? [first, second] : [second, first];
    const before = receiver.arrived.length;
    receiver.answer = (_, response) => {
      setTimeout(() => response.writeHead(204).end(), 100); // some are under way when it is killed
      return undefined;
    };
    const creating = Promise.all(Array.from({ length: 10 }, (_, index) => other.createApp({ name: `B${index}` })));
    await until(() => receiver.arrived.length > before);
    await worker.server.stop('SIGKILL');
    created.push(...(await creating).map(({ body }) => body.appId));
    await until(() => created.every((appId) => receiver.arrived.some(({ subject }) => subject === appId)));
    await until(async () => (await delivered(other)) > 0);
  });
});
