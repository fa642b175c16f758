import { Injectable } from '@nestjs/common';
import { newestWitnessed } from '#libs/engine/ledger/witnessed-checkpoints.js';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import type { FeatureRoute } from '#libs/registry/shared/features/feature.js';
import { refused } from '#libs/registry/shared/refused.js';
import { ledgerRefusals } from '../ledger.refusals.js';
import { LedgerGate } from '../served/ledger-gate.js';
import { noteAnswer } from '../served/note-answer.js';

/** Serves the newest checkpoint that a witness has cosigned: the last one of all rarely is. */
@Injectable()
export class WitnessedHandler implements HttpRouteHandler {
  constructor(private readonly gate: LedgerGate) {}

  get headers() {
    return this.gate.treeHeaders;
  }

  async handle(request: HttpRouteRequest): Promise<HttpRouteAnswer> {
    const { ledger } = await this.gate.tree(request);
    const witnessed = newestWitnessed(ledger.folder, ledger.verifier);
    if (witnessed === undefined) throw refused(ledgerRefusals, 'LEDGER-x2Hs6');
    return noteAnswer(request, witnessed.note);
  }
}

export const witnessedRoute: FeatureRoute = {
  name: 'Ledger/Witnessed',
  verb: 'GET',
  path: '/ledger/checkpoint/witnessed',
  operation: {
    operationId: 'GetWitnessedLedgerCheckpoint',
    tags: ['Ledger'],
    summary: 'Get the newest checkpoint that a witness has cosigned',
    description:
      'With the cosignatures of all witnesses that have cosigned it. Needs a token whose roles may read all events, unless APPLEDGER_LEDGER_PUBLIC is true.',
    responses: {
      200: { description: 'A signed note.', content: { 'text/plain': { schema: { type: 'string' } } } },
      404: { description: '- code 5: `LEDGER-k3Wv8`, `LEDGER-x2Hs6`' },
      503: { description: '- code 14: `LEDGER-p6Tn2`' },
    },
  },
  handler: WitnessedHandler,
};
