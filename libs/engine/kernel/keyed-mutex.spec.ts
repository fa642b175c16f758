import { setImmediate as turn } from 'node:timers/promises';
import { KeyedMutex } from './keyed-mutex.js';

const resting = (log: string[], name: string) => async () => {
  log.push(`${name} begins`);
  await turn();
  log.push(`${name} ends`);
};

describe('a keyed mutex', () => {
  it('runs the calls for one key one after the other, in the order in which they arrived', async () => {
    const mutex = new KeyedMutex();
    const log: string[] = [];
    await Promise.all(['a', 'b', 'c'].map((name) => mutex.run('key', resting(log, name))));
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('runs calls for different keys at the same time', async () => {
    const mutex = new KeyedMutex();
    const log: string[] = [];
    await Promise.all(['a', 'b'].map((name) => mutex.run(name, resting(log, name))));
    expect(log).toEqual(['a begins', 'b begins', 'a ends', 'b ends']);
  });

  it('settles as the call does, and continues after one that fails', async () => {
    const mutex = new KeyedMutex();
    const failing = mutex.run('key', () => Promise.reject(new Error('failed')));
    const next = mutex.run('key', async () => 'done');
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('done');
    expect(await mutex.run('key', async () => 'again')).toBe('again');
  });

  it('removes a waiting call when its signal aborts, and keeps the order of the others', async () => {
    const mutex = new KeyedMutex();
    const log: string[] = [];
    const leaving = new AbortController();
    const first = mutex.run('key', resting(log, 'first'));
    const left = mutex.run('key', resting(log, 'left'), () => leaving.signal);
    const last = mutex.run('key', resting(log, 'last'));
    leaving.abort(new Error('the deadline has passed'));
    await expect(left).rejects.toThrow('the deadline has passed');
    await Promise.all([first, last]);
    expect(log).toEqual(['first begins', 'first ends', 'last begins', 'last ends']);
  });

  it('does not queue a call whose signal has aborted', async () => {
    const mutex = new KeyedMutex();
    const gone = AbortSignal.abort(new Error('too late'));
    const first = mutex.run('key', async () => turn());
    await expect(mutex.run('key', turn, () => gone)).rejects.toThrow('too late');
    await first;
  });

  it('does not stop a call that is running', async () => {
    const mutex = new KeyedMutex();
    const stopping = new AbortController();
    const first = mutex.run('key', async () => turn());
    const begun = mutex.run(
      'key',
      async () => 'done',
      () => stopping.signal,
    );
    await first;
    await turn();
    stopping.abort();
    expect(await begun).toBe('done');
  });
});
