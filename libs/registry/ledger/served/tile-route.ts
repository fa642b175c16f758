import { Injectable } from '@nestjs/common';
import { type Ledger, treeFolder } from '#libs/engine/ledger/ledger.js';
import type { SignedCheckpoint } from '#libs/engine/ledger/tree/ledger-folder.js';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import { type HashTile, provenTile } from '#libs/engine/transparency/tiles/proven-tile.js';
import { TILE_WIDTH } from '#libs/engine/transparency/tiles/tile-path.js';
import { readTile } from '#libs/engine/transparency/tiles/tree-files.js';
import type { FeatureRoute } from '#libs/registry/shared/features/feature.js';
import { fromFiles } from './current-ledger.js';
import { LedgerGate } from './ledger-gate.js';
import { requestedTile, tileAnswer } from './tile-answer.js';

/** Serves the hashes of the tree. */
@Injectable()
export class TileHandler implements HttpRouteHandler {
  constructor(private readonly gate: LedgerGate) {}

  get headers() {
    return this.gate.treeHeaders;
  }

  async handle(request: HttpRouteRequest): Promise<HttpRouteAnswer> {
    const { ledger, last } = await this.gate.tree(request);
    const place = requestedTile(request, 'hashes', last.size);
    const bytes = fromFiles(() => hashesOf(ledger, { ...place, level: Number(place.level) }, last));
    return tileAnswer(request, place, bytes, this.gate.isPublic);
  }
}

/** The files may have lost a part until they have been compared with the log: caches would keep a wrong tile for ever. */
export function hashesOf(ledger: Ledger, tile: HashTile, last: SignedCheckpoint): Buffer {
  const folder = treeFolder(ledger);
  if (ledger.status().state !== 'current') return provenTile(folder, tile, last);
  return readTile(folder, tile.level, tile.index * TILE_WIDTH, tile.width);
}

export const tileRoute: FeatureRoute = {
  name: 'Ledger/Tile',
  verb: 'GET',
  path: '/ledger/tile/*',
  operation: {
    operationId: 'GetLedgerTile',
    tags: ['Ledger'],
    summary: 'Get a tile of hashes of the tree',
    description:
      'A tile of the Merkle tree (C2SP tlog-tiles): level and index, such as `0/x001/234`, or with `.p/17` its first 17 hashes. Needs a token whose roles may read all events, unless APPLEDGER_LEDGER_PUBLIC is true.',
    parameters: [{ name: 'path', in: 'path', required: true, schema: { type: 'string' }, example: '0/000.p/1' }],
    responses: {
      200: { description: 'Hashes of 32 bytes.', content: { 'application/octet-stream': {} } },
      404: { description: '- code 5: `LEDGER-k3Wv8`, `LEDGER-d9Xq4`' },
      503: { description: '- code 14: `LEDGER-p6Tn2`, `LEDGER-t4Vb9`' },
    },
  },
  handler: TileHandler,
};
