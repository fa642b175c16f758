import { getEventListeners } from 'node:events';
import { ToldHead } from './told-head.js';

it('a head that is told again and again leaves no listener behind', async () => {
  const head = new ToldHead();
  const stopping = new AbortController();
  for (let position = 0n; position < 20n; position += 1n) {
    const next = head.next(position - 1n, stopping.signal);
    head.tell(position);
    expect(await next).toBe(position);
  }
  const last = head.next(19n, stopping.signal);
  expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(1);
  stopping.abort(new Error('stopping'));
  await expect(last).rejects.toThrow('stopping');
  expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(0);
});
