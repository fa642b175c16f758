import { setTimeout as delay } from 'node:timers/promises';
import { bothEventStores } from '../../../../../test/support/both-event-stores.js';
import { Delivering } from '../../../../../test/support/delivering.js';
import { until } from '../../../../../test/support/until.js';
import { WebhookReceiver } from '../../../../../test/support/webhook-receiver.js';
import { storedAttempts } from '../state/attempt-log.js';
import { keys } from '../state/delivery-keys.js';

const DAY = 86_400_000;
const range = (length: number) => Array.from({ length }, (_, index) => index + 1);

describe.each(Object.entries(bothEventStores))('deliveries from %s', (_, open) => {
  let delivering: Delivering;
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
    delivering = new Delivering(await open());
    delivering.webhooks.set('w', { url: receiver.url });
  });
  afterEach(async () => {
    await delivering.close();
    await receiver.close();
  });

  const waiting = async () =>
    (await delivering.entries.list(keys.waitingOf('w'))).map(({ value }) => value as { parkedAt?: number });

  it('bring every event, those of an application in order, from the beginning and as they happen', async () => {
    for (const application of ['21', '22', '23']) await delivering.change(application, 5);
    delivering.start();
    await receiver.accepts(15);
    for (const application of ['21', '22', '23']) await delivering.change(application, 5);
    await receiver.accepts(30);
    for (const application of ['21', '22', '23']) expect(receiver.sequencesOf(application)).toEqual(range(10));
  });

  it('let an application wait whose delivery fails, and go on with the others', async () => {
    let isBroken = true;
    receiver.answer = ({ subject, sequence }) => (isBroken && subject === '21' && sequence >= 2 ? 500 : 200);
    delivering.start();
    for (let round = 0; round < 4; round += 1)
      for (const application of ['21', '22', '23']) await delivering.change(application);
    await receiver.accepts(9);
    expect(receiver.sequencesOf('21')).toEqual([1]);
    await delivering.pass(() => receiver.arrived.filter(({ subject }) => subject === '21').length >= 5);
    expect(new Set(receiver.arrived.filter(({ subject }) => subject === '21').map(({ sequence }) => sequence))).toEqual(
      new Set([1, 2]),
    );
    isBroken = false;
    await delivering.pass(() => receiver.accepted.length >= 12);
    await delivering.change('21');
    await receiver.accepts(13);
    expect(receiver.sequencesOf('21')).toEqual(range(5));
    expect(receiver.sequencesOf('22')).toEqual(range(4));
    await until(async () => (await waiting()).length === 0);
  });

  it('bring the events of an application that waits, although the process before it had settled little before them', async () => {
    await delivering.change('23');
    await delivering.change('22', 200);
    await delivering.change('21', 2);
    receiver.answer = ({ subject }) => (subject === '21' ? 500 : subject === '22' ? 200 : undefined);
    delivering.start();
    await until(async () => (await waiting()).length === 1);
    await delivering.crash();
    delivering.timers.advance(DAY); // it is tried at once, before the log is read so far again
    receiver.answer = () => 200;
    delivering.start();
    await receiver.accepts(203);
    await delivering.change('21');
    await receiver.accepts(204);
    expect(receiver.sequencesOf('21')).toEqual(range(3));
    await until(async () => (await waiting()).length === 0);
  });

  it('park an application after three days, and bring all of its events when it is released', async () => {
    receiver.answer = ({ subject }) => (subject === '21' ? 422 : 200);
    delivering.start();
    await delivering.change('21', 2);
    await receiver.accepts(0);
    const began = delivering.timers.now();
    await until(() => receiver.arrived.length > 0);
    await delivering.pass(() => delivering.timers.now() - began > DAY);
    await delivering.change('22');
    await receiver.accepts(1);
    await delivering.pass(() =>
      [...(delivering.engine?.reports().values() ?? [])].flat().some(({ parked }) => parked === 1),
    );
    expect(delivering.timers.now() - began).toBeGreaterThanOrEqual(3 * DAY);
    await delivering.change('21');
    await until(async () => (await waiting())[0]?.parkedAt !== undefined);
    await delivering.stop();
    receiver.answer = () => 200;
    delivering.start();
    await delivering.change('22');
    await receiver.accepts(2);
    expect(receiver.sequencesOf('21')).toEqual([]);
    await delivering.entries.write([{ key: keys.request('w', 'r'), value: { kind: 'release' } }]);
    delivering.engine?.wake();
    await receiver.accepts(5);
    expect(receiver.sequencesOf('21')).toEqual([1, 2, 3]);
  });

  it('pause a webhook on the record that fails for five days, and bring everything when it is resumed after a month', async () => {
    const applications = range(12).map((number) => `2${number}`);
    for (const application of applications) await delivering.change(application, 2);
    receiver.answer = () => 503;
    delivering.start();
    const began = delivering.timers.now();
    await delivering.pass(() => receiver.arrived.length > 5);
    while (delivering.webhooks.paused.length === 0) {
      delivering.timers.advance(DAY / 4);
      await delay(20);
    }
    expect(delivering.webhooks.paused).toEqual([['w', 'failing']]);
    expect(delivering.timers.now() - began).toBeGreaterThanOrEqual(5 * DAY);
    delivering.timers.advance(25 * DAY);
    for (const application of applications) await delivering.change(application, 2);
    const before = receiver.arrived.length;
    receiver.answer = () => 200;
    delivering.webhooks.set('w', { isPaused: false });
    await receiver.accepts(48);
    expect(before).toBeLessThan(1_000);
    for (const application of applications) expect(receiver.sequencesOf(application)).toEqual(range(4));
    expect(delivering.webhooks.paused).toHaveLength(1);
  });

  it('bring what is new at once, although many applications are refused again and again', async () => {
    const refused = range(6).map((number) => `2${number}`);
    receiver.answer = ({ subject }) => (refused.includes(subject) ? 500 : 200);
    delivering.start();
    for (const application of refused) await delivering.change(application);
    await delivering.change('30');
    await delivering.pass(() => receiver.accepted.length === 1);
    const triesOf = (application: string) => receiver.arrived.filter(({ subject }) => subject === application).length;
    await delivering.pass(() => refused.every((application) => triesOf(application) >= 4));
    await delivering.change('31');
    await receiver.accepts(2);
  });

  it('try an endpoint that is away with the same few applications, and bring everything when it is back', async () => {
    const applications = range(40).map((number) => `${100 + number}`);
    for (const application of applications) await delivering.change(application);
    receiver.answer = (_, response) => {
      response.destroy();
      return undefined;
    };
    delivering.start();
    await delivering.pass(() => receiver.arrived.length >= 60);
    expect(new Set(receiver.arrived.map(({ subject }) => subject)).size).toBeLessThan(12);
    receiver.answer = () => 200;
    await delivering.pass(() => receiver.accepted.length >= 40);
    expect(new Set(receiver.accepted.map(({ id }) => id)).size).toBe(40);
    await until(async () => (await waiting()).length === 0);
  });

  it('pause a webhook on the record when too many applications are parked, and go on when it is resumed', async () => {
    const refused = ['21', '22', '23'];
    receiver.answer = ({ subject }) => (refused.includes(subject) ? 422 : 200);
    delivering.maxParked = 3;
    delivering.start();
    for (const application of refused) await delivering.change(application);
    const began = delivering.timers.now();
    let accepted = 0;
    while (delivering.webhooks.paused.length === 0) {
      if (accepted % 50 === 0) await delivering.change(`${1_000 + accepted}`); // the endpoint is well
      accepted += 1;
      delivering.timers.advance(DAY / 24);
      await delay(5);
    }
    expect(delivering.webhooks.paused).toEqual([['w', 'failing']]);
    expect(delivering.timers.now() - began).toBeGreaterThanOrEqual(3 * DAY);
    await until(async () => (await waiting()).filter(({ parkedAt }) => parkedAt !== undefined).length === 3);
    receiver.answer = () => 200;
    delivering.webhooks.set('w', { isPaused: false });
    await delivering.entries.write([{ key: keys.request('w', 'r'), value: { kind: 'release' } }]);
    await until(() => refused.every((application) => receiver.sequencesOf(application).length === 1));
    await until(async () => (await waiting()).length === 0);
    expect(delivering.webhooks.paused).toHaveLength(1);
  });

  it('pause a webhook whose receiver answers 410', async () => {
    receiver.answer = () => 410;
    delivering.start();
    await delivering.change('21');
    await until(() => delivering.webhooks.paused.length > 0);
    expect(delivering.webhooks.paused).toEqual([['w', 'gone']]);
    expect(receiver.arrived).toHaveLength(1);
  });

  it('bring every event again that was not stored as delivered when a process is killed, in order and with the same id', async () => {
    const applications = range(6).map((number) => `2${number}`);
    receiver.answer = ({ subject, sequence }, response) => {
      if (subject === '21' && sequence % 3 === 0 && Math.random() < 0.5) return 500;
      setTimeout(() => response.writeHead(200).end(), 5 * Math.random());
      return undefined;
    };
    delivering.start();
    for (let crash = 0; crash < 3; crash += 1) {
      for (const application of applications) await delivering.change(application, 5);
      await delivering.pass(() => receiver.arrived.length > crash * 20 + 10);
      await delay(crash * 150);
      await delivering.crash();
      delivering.start();
    }
    const ids = () => new Map(receiver.arrived.map(({ id, subject, sequence }) => [id, `${subject} ${sequence}`]));
    await delivering.pass(() => ids().size === applications.length * 15 && !isWaiting());
    expect(new Set(ids().values()).size).toBe(ids().size);
    for (const application of applications) {
      const sequences = receiver.arrived.filter(({ subject }) => subject === application).map((one) => one.sequence);
      // A repetition begins at or before what has come: no event is skipped.
      sequences.reduce((highest, sequence) => {
        expect(sequence).toBeLessThanOrEqual(highest + 1);
        return Math.max(highest, sequence);
      }, 0);
    }
  });

  it('end in a process when another one begins to deliver, and go on when it has ended', async () => {
    delivering.start();
    await delivering.change('21', 2);
    await receiver.accepts(2);
    const other = delivering.beside();
    await delivering.change('21', 2);
    await receiver.accepts(4);
    await until(() => delivering.engine?.reports().size === 0);
    await delivering.change('21', 2);
    await receiver.accepts(6);
    await other();
    await expect(delivering.stop()).rejects.toThrow('another process delivers');
    delivering.start();
    await delivering.change('21', 2);
    await receiver.accepts(8);
    const sequences = receiver.sequencesOf('21');
    expect(sequences.filter((sequence, index) => sequences.indexOf(sequence) === index)).toEqual(range(8));
  });

  const isWaiting = () =>
    [...(delivering.engine?.reports().values() ?? [])].flat().some(({ failing, pending }) => failing + pending > 0);

  it('log the newest attempts, replay what is asked for, and forget a webhook that is removed', async () => {
    delivering.start();
    await delivering.change('21', 3);
    await receiver.accepts(3);
    const { head } = await delivering.scene.feed.log();
    const replay = { position: '-1', until: head.toString(), types: ['ApplicationChanged'] };
    await delivering.change('21', 2);
    await receiver.accepts(5);
    await delivering.entries.write([{ key: keys.replay('w', 'r'), value: replay }]);
    delivering.engine?.wake();
    await until(() => receiver.accepted.length === 8);
    expect(receiver.sequencesOf('21')).toEqual([1, 2, 3, 4, 5, 1, 2, 3]);
    await until(async () => (await storedAttempts(delivering.entries, 'w')).length === 8);
    expect(await storedAttempts(delivering.entries, 'w')).toMatchObject([
      ...range(3).map(() => ({ replay: 'r', outcome: 'delivered', answer: 'seen', status: 200, number: 1 })),
      ...range(5).map(() => ({ event: { subject: '21' } })),
    ]);
    await until(async () => (await delivering.entries.list(keys.replays)).length === 0);
    delivering.webhooks.targets.delete('w');
    await until(async () => (await delivering.entries.list('')).length === 1);
    expect((await delivering.entries.list(''))[0]?.key).toBe(keys.owner);
  });
});
