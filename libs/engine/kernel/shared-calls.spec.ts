import { setImmediate as turn } from 'node:timers/promises';
import { SharedCalls } from './shared-calls.js';

describe('shared calls', () => {
  it('run once for all who ask while another call runs, and begin after they have asked', async () => {
    const shared = new SharedCalls<number>();
    let stored = 1;
    let calls = 0;
    const read = async () => {
      calls += 1;
      const seen = stored;
      await turn();
      return seen;
    };
    const first = shared.ask('key', read);
    stored = 2;
    const later = Array.from({ length: 10 }, () => shared.ask('key', read));
    expect(await first).toBe(1);
    expect(await Promise.all(later)).toEqual(Array(10).fill(2));
    expect(calls).toBe(2);
  });

  it('run at once when no call is running', async () => {
    const shared = new SharedCalls<string>();
    expect(await shared.ask('key', async () => 'one')).toBe('one');
    expect(await shared.ask('key', async () => 'two')).toBe('two');
  });

  it('are not shared between keys', async () => {
    const shared = new SharedCalls<string>();
    const answers = await Promise.all(['a', 'b', 'a'].map((key) => shared.ask(key, async () => key)));
    expect(answers).toEqual(['a', 'b', 'a']);
  });

  it('fail for the callers who share them, and for no others', async () => {
    const shared = new SharedCalls<string>();
    const failing = shared.ask('key', () => Promise.reject(new Error('failed')));
    const next = shared.ask('key', async () => 'done');
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('done');
  });
});
