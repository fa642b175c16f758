import type { HttpRouteAnswer } from '#libs/engine/rpc/routes/http-route.js';

/** The answer with a signed note, which the next one may replace at any time. */
export function noteAnswer(note: string): HttpRouteAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' },
    body: note,
  };
}
