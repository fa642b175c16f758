import type { HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import { tileAnswer } from './tile-answer.js';

const body = Buffer.from('hashes');
const asking = (tags?: string) => ({ headers: { 'if-none-match': tags } }) as unknown as HttpRouteRequest;
const answer = (width: number, isOpen = true, tags?: string) =>
  tileAnswer(asking(tags), { level: 0, index: 0, width }, body, isOpen);
const caching = (width: number, isOpen: boolean) => answer(width, isOpen).headers?.['cache-control'];

it('a full tile is kept for ever, a partial one is asked for again; by caches of several users where it is public', () => {
  expect(caching(256, true)).toBe('public, max-age=31536000, immutable');
  expect(caching(256, false)).toBe('private, max-age=31536000, immutable');
  expect(caching(255, true)).toBe('public, no-cache');
});

it('is not sent again to who has it, and to nobody else', () => {
  const etag = answer(1).headers?.etag ?? '';
  expect(etag).toMatch(/^"[\w-]{22}"$/);
  for (const tags of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    expect(answer(1, true, tags)).toEqual({ status: 304, headers: answer(1).headers });
  }
  for (const tags of ['', 'x', '"x"', etag.slice(1, -1)])
    expect(answer(1, true, tags)).toMatchObject({ status: 200, body });
});
