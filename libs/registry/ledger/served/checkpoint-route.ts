import { Injectable } from '@nestjs/common';
import { witnessedNote } from '#libs/engine/ledger/witnessed-checkpoints.js';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import type { FeatureRoute } from '#libs/registry/shared/features/feature.js';
import { LedgerGate } from './ledger-gate.js';
import { noteAnswer } from './note-answer.js';

/** Serves the last checkpoint, with the cosignatures that it has. */
@Injectable()
export class CheckpointHandler implements HttpRouteHandler {
  constructor(private readonly gate: LedgerGate) {}

  get headers() {
    return this.gate.treeHeaders;
  }

  async handle(request: HttpRouteRequest): Promise<HttpRouteAnswer> {
    const { ledger, last } = await this.gate.tree(request);
    return noteAnswer(request, witnessedNote(ledger.folder, last) ?? last.note);
  }
}

export const checkpointRoute: FeatureRoute = {
  name: 'Ledger/Checkpoint',
  verb: 'GET',
  path: '/ledger/checkpoint',
  operation: {
    operationId: 'GetLedgerCheckpoint',
    tags: ['Ledger'],
    summary: 'Get the last signed checkpoint',
    description:
      'A C2SP tlog-checkpoint, signed with Ed25519: the origin, the number of events, and the root of their Merkle tree. Needs a token whose roles may read all events, unless APPLEDGER_LEDGER_PUBLIC is true. See docs/ledger.md.',
    responses: {
      200: { description: 'A signed note.', content: { 'text/plain': { schema: { type: 'string' } } } },
      404: { description: '- code 5: `LEDGER-k3Wv8`' },
      503: { description: '- code 14: `LEDGER-p6Tn2`' },
    },
  },
  handler: CheckpointHandler,
};
