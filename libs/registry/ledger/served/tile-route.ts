import { Inject, Injectable } from '@nestjs/common';
import { LEDGER, type Ledger, treeFolder } from '#libs/engine/ledger/ledger.js';
import type { Admission } from '#libs/engine/rpc/core/admission.js';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import { TILE_WIDTH } from '#libs/engine/transparency/tiles/tile-path.js';
import { readTile } from '#libs/engine/transparency/tiles/tree-files.js';
import type { FeatureRoute } from '#libs/registry/shared/features/feature.js';
import { fromFiles, signedLedger } from './current-ledger.js';
import { ADMISSION, admitReader } from './open-to.js';
import { requestedTile, tileAnswer } from './tile-answer.js';

/** Serves the hashes of the tree. */
@Injectable()
export class TileHandler implements HttpRouteHandler {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger | undefined,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(ADMISSION) private readonly admission: Admission,
  ) {}

  async handle(request: HttpRouteRequest): Promise<HttpRouteAnswer> {
    const isOpen = this.configuration.ledgerPublic;
    if (!isOpen) await admitReader(this.admission, request);
    const { ledger, last } = signedLedger(this.ledger);
    const place = requestedTile(request, 'hashes', last.size);
    const first = place.index * TILE_WIDTH;
    const bytes = fromFiles(() => readTile(treeFolder(ledger), Number(place.level), first, place.width));
    return tileAnswer(place, bytes, isOpen);
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
