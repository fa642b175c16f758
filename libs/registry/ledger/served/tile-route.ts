import { Injectable } from '@nestjs/common';
import { treeFolder } from '#libs/engine/ledger/ledger.js';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
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
    const first = place.index * TILE_WIDTH;
    const bytes = fromFiles(() => readTile(treeFolder(ledger), Number(place.level), first, place.width));
    return tileAnswer(request, place, bytes, this.gate.isPublic);
  }
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
