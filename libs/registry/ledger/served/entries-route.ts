import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { treeFolder } from '#libs/engine/ledger/ledger.js';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import { EVENT_STORE } from '#libs/engine/runtime/tokens.js';
import { entryBundle } from '#libs/engine/transparency/tiles/entry-bundle.js';
import { TILE_WIDTH } from '#libs/engine/transparency/tiles/tile-path.js';
import type { FeatureRoute } from '#libs/registry/shared/features/feature.js';
import { refused } from '#libs/registry/shared/refused.js';
import { ledgerRefusals } from '../ledger.refusals.js';
import { notWhole } from './current-ledger.js';
import { LedgerGate } from './ledger-gate.js';
import { entriesOf } from './read-entries.js';
import { requestedTile, tileAnswer } from './tile-answer.js';

/** Serves the leaves themselves: the events, as canonical JSON. */
@Injectable()
export class EntriesHandler implements HttpRouteHandler {
  constructor(
    private readonly gate: LedgerGate,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  async handle(request: HttpRouteRequest): Promise<HttpRouteAnswer> {
    const { ledger, last } = await this.gate.events(request);
    const place = requestedTile(request, 'entries', last.size);
    const entries = await entriesOf(this.store, treeFolder(ledger), place.index * TILE_WIDTH, place.width);
    if (entries === undefined) {
      throw ledger.status().state === 'contradicted' ? refused(ledgerRefusals, 'LEDGER-m5Jc7') : notWhole();
    }
    return tileAnswer(request, place, entryBundle(entries), false);
  }
}

export const entriesRoute: FeatureRoute = {
  name: 'Ledger/Entries',
  verb: 'GET',
  path: '/ledger/tile/entries/*',
  operation: {
    operationId: 'GetLedgerEntries',
    tags: ['Ledger'],
    summary: 'Get the events of a tile',
    description:
      'An entry bundle (C2SP tlog-tiles): each event as canonical JSON (RFC 8785), after its length in two bytes. Needs a token whose roles may read all events.',
    parameters: [{ name: 'path', in: 'path', required: true, schema: { type: 'string' }, example: '000.p/1' }],
    responses: {
      200: { description: 'An entry bundle.', content: { 'application/octet-stream': {} } },
      404: { description: '- code 5: `LEDGER-k3Wv8`, `LEDGER-d9Xq4`' },
      500: { description: `- code 13: \`LEDGER-m5Jc7\` ${ledgerRefusals['LEDGER-m5Jc7'].text}` },
      503: { description: '- code 14: `LEDGER-p6Tn2`, `LEDGER-t4Vb9`' },
    },
  },
  handler: EntriesHandler,
};
