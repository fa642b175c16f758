import { createPrivateKey, createPublicKey } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Code } from '#libs/engine/errors/code.js';
import { AppKeyMaker, MAX_WAITING, MAX_WAITING_PER_CALLER } from './app-key-maker.js';

let maker: AppKeyMaker;

/** An abort controller whose signal many key requests can share. */
function abortController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
beforeEach(() => {
  maker = new AppKeyMaker();
});
afterEach(() => maker.onModuleDestroy());

const endings = async (keys: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(keys)).map((ending) => (ending.status === 'fulfilled' ? 'made' : ending.reason.code));

describe('keys', () => {
  it('are pairs of a public and a private half, each generated once', async () => {
    const made = await Promise.all([maker.make('one'), maker.make('one'), maker.make('other')]);
    for (const { publicKey, privateKey } of made) {
      expect(privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
      const half = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'pem' });
      expect(half).toBe(publicKey);
      expect(createPublicKey(publicKey).asymmetricKeyDetails?.modulusLength).toBe(2_048);
    }
    expect(new Set(made.map(({ publicKey }) => publicKey)).size).toBe(3);
  });

  it('are not generated on the requesting thread', async () => {
    let turns = 0;
    let made = 0;
    const keys = Array.from({ length: 8 }, () => maker.make('one').then(() => (made += 1)));
    for (; made < keys.length; turns += 1) await setImmediate();
    expect(turns).toBeGreaterThan(100 * keys.length); // generated here, a key would take one turn
  });

  it('of a caller with many waiting keys do not delay another caller’s key', async () => {
    const order: string[] = [];
    const ask = (caller: string) => maker.make(caller).then(() => order.push(caller));
    const asked = [...Array.from({ length: 12 }, () => ask('busy')), ask('other')];
    await Promise.all(asked);
    expect(order.indexOf('other')).toBeLessThan(9); // after those that had begun, and one more for each thread
  });

  it('beyond the limit of waiting keys of a caller are refused, and another caller’s are not', async () => {
    const signal = abortController();
    const asked = Array.from({ length: MAX_WAITING_PER_CALLER + 20 }, () => maker.make('busy', signal.signal));
    const other = maker.make('other', signal.signal);
    const all = endings([...asked, other]);
    signal.abort({ code: 'gone' });
    const ended = await all;
    expect(ended.at(-1)).toBe('gone');
    expect(ended.filter((code) => code === Code.RESOURCE_EXHAUSTED).length).toBeGreaterThanOrEqual(10);
    await expect(maker.make('busy')).resolves.toHaveProperty('publicKey');
  });

  it('beyond the limit of all waiting keys are refused', async () => {
    const signal = abortController();
    const callers = Array.from({ length: MAX_WAITING + 20 }, (_, index) => `caller ${index}`);
    const all = endings(callers.map((caller) => maker.make(caller, signal.signal)));
    signal.abort({ code: 'gone' });
    expect((await all).filter((code) => code === Code.RESOURCE_EXHAUSTED).length).toBeGreaterThanOrEqual(10);
  });

  it('whose caller has disconnected are not generated', async () => {
    const controller = abortController();
    const left = Array.from({ length: 60 }, () => maker.make('disconnected', controller.signal));
    const all = endings(left);
    controller.abort({ code: 'gone' });
    expect(new Set(await all)).toEqual(new Set(['gone']));
    const order: string[] = [];
    const ask = (caller: string) => maker.make(caller).then(() => order.push(caller));
    await Promise.all([...Array.from({ length: 12 }, () => ask('other')), ask('disconnected')]);
    expect(order.indexOf('disconnected')).toBeLessThan(9); // it would be the last one behind those that were left
    await expect(maker.make('disconnected', controller.signal)).rejects.toEqual({ code: 'gone' });
  });

  it('that are waiting when the app is closed fail, and so do later ones', async () => {
    const all = endings(Array.from({ length: 5 }, () => maker.make('one')));
    await maker.onModuleDestroy();
    expect(new Set(await all)).toEqual(new Set([Code.UNAVAILABLE]));
    await expect(maker.make('one')).rejects.toMatchObject({ code: Code.UNAVAILABLE });
  });
});
