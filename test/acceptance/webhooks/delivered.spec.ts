import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { webhooks as command } from '../../../apps/cli/webhooks/webhooks-command.js';
import { tokenWith } from '../../support/api.js';
import { type Appledger, startAppledger } from '../../support/appledger.js';
import { expectRefused } from '../../support/refused.js';
import { cleanUp } from '../../support/server.js';
import { until } from '../../support/until.js';
import { WebhookReceiver } from '../../support/webhook-receiver.js';

const PATH = '/appledger/v1/webhooks';
const ADDED = 'project.application.added';

let appledger: Appledger;
let receiver: WebhookReceiver;
let id: string;
let secret: string;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  const key = randomBytes(32).toString('base64');
  const env = { APPLEDGER_WEBHOOKS_ALLOW_PRIVATE: 'true', APPLEDGER_WEBHOOKS_KEY: key };
  appledger = await startAppledger({ env });
  const { body } = await appledger.call(`POST ${PATH}`, { body: { url: receiver.url, types: [ADDED] } });
  id = body.webhookId;
  secret = body.signingSecret;
});
afterAll(async () => {
  await cleanUp();
  await receiver.close();
});

const post = (operation: string, body: object = {}) => appledger.call(`POST ${PATH}/${id}${operation}`, { body });
const deliveries = async (filter = 'ALL') =>
  (await appledger.call(`GET ${PATH}/${id}/deliveries?filter=DELIVERY_FILTER_${filter}`)).body.result ?? [];
const create = async (name: string) => (await appledger.createApp({ name })).body.appId as string;

describe('a webhook gets', () => {
  it('each event as the feed has it, signed, and the attempt is in the list', async () => {
    const appId = await create('first');
    await receiver.accepts(1);
    const [delivery] = receiver.accepted;
    const { events } = (await appledger.call(`GET /appledger/v1/events?types=${ADDED}`)).body;
    const verified = new Webhook(secret).verify(delivery?.body ?? '', delivery?.headers as Record<string, string>);
    expect(verified).toEqual(events.at(-1));
    expect(delivery).toMatchObject({ id: events.at(-1).id, subject: appId, type: ADDED });
    await until(async () => (await deliveries()).length === 1);
    expect(await deliveries()).toEqual([
      {
        eventId: delivery?.id,
        type: ADDED,
        subject: appId,
        state: 'DELIVERY_STATE_DELIVERED',
        attempts: 1,
        attemptedAt: expect.any(String),
        duration: expect.stringMatching(/^[\d.]+s$/),
        status: 200,
        answer: 'seen',
      },
    ]);
  });

  it('a test, whose answer is shown', async () => {
    receiver.answer = ({ type }) => (type === 'webhook.test' ? 418 : 200);
    const { body } = await post(':test');
    expect(body.delivery).toMatchObject({
      type: 'webhook.test',
      subject: id,
      state: 'DELIVERY_STATE_FAILED',
      status: 418,
      reason: 'the receiver answers 418',
      answer: 'seen',
    });
    const sent = receiver.arrived.at(-1);
    expect(new Webhook(secret).verify(sent?.body ?? '', sent?.headers as Record<string, string>)).toMatchObject({
      id: body.delivery.eventId,
    });
  });

  it('what has failed again, at once when it is asked for', async () => {
    receiver.answer = () => 500;
    const appId = await create('failing');
    await until(async () => (await deliveries('FAILING')).length === 1);
    const [failing] = await deliveries('FAILING');
    expect(failing).toMatchObject({
      subject: appId,
      state: 'DELIVERY_STATE_FAILING',
      status: 500,
      reason: 'the receiver answers 500',
      nextAttemptAt: expect.any(String),
    });
    expect(await deliveries('PARKED')).toEqual([]);
    expect((await post('/deliveries:redeliver')).body).toEqual({});
    receiver.answer = () => 200;
    expect((await post(`/deliveries/${failing.eventId}:redeliver`)).status).toBe(200);
    await until(() => receiver.accepted.some(({ subject }) => subject === appId));
    await until(async () => (await deliveries('FAILING')).length === 0);
    const before = receiver.accepted.length;
    expect((await post(`/deliveries/${failing.eventId}:redeliver`)).status).toBe(200);
    await until(() => receiver.accepted.length > before);
    expect(receiver.accepted.at(-1)?.id).toBe(failing.eventId);
    expectRefused(await post('/deliveries/no-such-event:redeliver'), 'WEBHOOK-Dl7nf');
  });

  it('events of the past again', async () => {
    const before = receiver.accepted.length;
    const { replayId } = (await post(':replay')).body;
    await until(() => receiver.accepted.length === before + 2);
    await until(async () => (await deliveries()).some((one: { replayId?: string }) => one.replayId === replayId));
    const { body: none } = await post(':replay', { types: ['project.application.removed'] });
    expect(none.replayId).toMatch(/^[0-9a-f-]{36}$/);
    expectRefused(await post(':replay', { from: 'now' }), 'WEBHOOK-Rp4rg');
    const now = new Date().toISOString();
    expectRefused(await post(':replay', { from: now, to: '2020-01-01T00:00:00Z' }), 'WEBHOOK-Rp4rg');
    expect((await post(':replay', { from: 'nowhere' })).status).toBe(400);
    expect((await post(':replay', { types: ['no.such.type'] })).status).toBe(400);
  });

  it('nothing while it is paused, and everything when it is resumed', async () => {
    await post(':pause');
    const appId = await create('while paused');
    expect((await post(':test')).body.delivery.state).toBe('DELIVERY_STATE_DELIVERED');
    await post(':resume');
    await until(() => receiver.accepted.some(({ subject }) => subject === appId));
    const metrics = await (await fetch(`${appledger.server.url}/debug/metrics`)).text();
    expect(metrics).toMatch(/appledger_webhook_attempts_total\{outcome="delivered"\} [1-9]/);
  });

  it('the same on the command line', async () => {
    const { development, server } = appledger;
    const token = await tokenWith(development, { ORG_OWNER: [development.organization] });
    const run = async (...args: readonly string[]) => {
      const { lines, ok } = await command.run([...args, '--url', server.url, '--token', token], () => undefined);
      return { text: lines.join('\n'), ok };
    };
    expect(await run('test', id)).toEqual({
      text: expect.stringMatching(/^delivered: the receiver answers 200 \(\d+ ms\)\nseen$/),
      ok: true,
    });
    const { text } = await run('deliveries', id, '--limit', '2');
    expect(text).toMatch(
      /^attempt +state +status +took +type +subject +event +why\n(20.*Z +(delivered|failed) .*\n?){2}$/,
    );
    expect((await run('deliveries', id, '--only', 'parked')).text).toBe('there is none');
    await expect(run('deliveries', id, '--only', 'lost')).rejects.toThrow('--only takes failing or parked');
    const before = receiver.accepted.length;
    const [last] = await deliveries();
    expect((await run('redeliver', id, '--event', last.eventId)).text).toBe(`event ${last.eventId} is sent once more`);
    await until(() => receiver.accepted.length > before);
    expect((await run('redeliver', id)).text).toContain('the events of 0 applications');
    expect((await run('replay', id, '--type', ADDED, '--from', 'beginning')).text).toMatch(
      /^replay [\da-f-]{36} has begun/,
    );
    receiver.answer = () => 503;
    expect(await run('test', id)).toMatchObject({ text: expect.stringMatching(/^failed: .* 503 /), ok: false });
    receiver.answer = () => 200;
  });

  it('no more than five replays at a time', async () => {
    receiver.answer = () => 500;
    const answers = [];
    for (let count = 0; count < 6; count += 1) answers.push(await post(':replay'));
    const refusals = answers.filter(({ status }) => status !== 200);
    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) expectRefused(refusal, 'WEBHOOK-Rp6mx');
    receiver.answer = () => 200;
  });

  it('pauses on the record when its receiver answers 410', async () => {
    receiver.answer = () => 410;
    await create('gone');
    const webhook = async () => (await appledger.call(`GET ${PATH}/${id}`)).body.webhook;
    await until(async () => (await webhook()).pauseReason === 'WEBHOOK_PAUSE_REASON_GONE');
  });
});
