import { Inject, Injectable } from '@nestjs/common';
import { LEDGER, type Ledger } from '#libs/engine/ledger/ledger.js';
import { newestWitnessed } from '#libs/engine/ledger/witnessed-checkpoints.js';
import type { Admission } from '#libs/engine/rpc/core/admission.js';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import type { FeatureRoute } from '#libs/registry/shared/features/feature.js';
import { refused } from '#libs/registry/shared/refused.js';
import { ledgerRefusals } from '../ledger.refusals.js';
import { signedLedger } from '../served/current-ledger.js';
import { noteAnswer } from '../served/note-answer.js';
import { ADMISSION, admitReader } from '../served/open-to.js';

/** Serves the newest checkpoint that a witness has cosigned: the last one of all rarely is. */
@Injectable()
export class WitnessedHandler implements HttpRouteHandler {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger | undefined,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(ADMISSION) private readonly admission: Admission,
  ) {}

  async handle(request: HttpRouteRequest): Promise<HttpRouteAnswer> {
    if (!this.configuration.ledgerPublic) await admitReader(this.admission, request);
    const witnessed = newestWitnessed(signedLedger(this.ledger).ledger.folder);
    if (witnessed === undefined) throw refused(ledgerRefusals, 'LEDGER-x2Hs6');
    return noteAnswer(witnessed.note);
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
