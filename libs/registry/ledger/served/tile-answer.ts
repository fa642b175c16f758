import type { HttpRouteAnswer, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import { parseTilePath, TILE_WIDTH, type TilePlace, widthIn } from '#libs/engine/transparency/tiles/tile-path.js';
import { refused } from '#libs/registry/shared/refused.js';
import { ledgerRefusals } from '../ledger.refusals.js';
import { unlessKept } from './unless-kept.js';

/** A full tile never changes. Caches ask again for a partial one: a wider one, or the full one, takes its place soon. */
const IMMUTABLE = 'max-age=31536000, immutable';

/** The tile that a request names. @param size of the last checkpoint @throws ContractError the tree does not have it */
export function requestedTile({ params }: HttpRouteRequest, kind: 'hashes' | 'entries', size: number): TilePlace {
  const path = params['*'] ?? '';
  const place = parseTilePath(kind === 'entries' ? `entries/${path}` : path);
  if (place === undefined || place.width > widthIn(size, place)) throw refused(ledgerRefusals, 'LEDGER-d9Xq4');
  return place;
}

/** The answer with a tile. @param isOpen anybody may have it: caches of several users may keep it */
export function tileAnswer(
  request: HttpRouteRequest,
  { width }: TilePlace,
  body: Buffer,
  isOpen: boolean,
): HttpRouteAnswer {
  const caching = width === TILE_WIDTH ? IMMUTABLE : 'no-cache';
  const headers = {
    'content-type': 'application/octet-stream',
    'cache-control': isOpen ? `public, ${caching}` : `private, ${caching}`,
  };
  return unlessKept(request, { status: 200, headers, body });
}
