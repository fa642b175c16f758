import type { HttpRouteAnswer, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import { unlessKept } from './unless-kept.js';

/** The answer with a signed note, which the next one may replace at any time: caches ask again. */
export function noteAnswer(request: HttpRouteRequest, note: string): HttpRouteAnswer {
  return unlessKept(request, {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' },
    body: note,
  });
}
