import { Inject, Injectable } from '@nestjs/common';
import { type Ledger, treeFolder } from '#libs/engine/ledger/ledger.js';
import { parseNote, type SignedCheckpoint } from '#libs/engine/ledger/tree/ledger-folder.js';
import { keepCosignatures } from '#libs/engine/ledger/witnessed-checkpoints.js';
import type { HttpRouteAnswer, HttpRouteHandler, HttpRouteRequest } from '#libs/engine/rpc/routes/http-route.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import { rootOf } from '#libs/engine/transparency/merkle/tree-hashes.js';
import { cosignaturesOf } from '#libs/engine/transparency/notes/cosignature.js';
import { type NoteVerifier, parseVerifier } from '#libs/engine/transparency/notes/note-key.js';
import { noteOf, openNote, signatureBy } from '#libs/engine/transparency/notes/signed-note.js';
import { nodesOf } from '#libs/engine/transparency/tiles/tree-builder.js';
import { hashesIn } from '#libs/engine/transparency/tiles/tree-files.js';
import type { FeatureRoute } from '#libs/registry/shared/features/feature.js';
import { refused } from '#libs/registry/shared/refused.js';
import { ledgerRefusals } from '../ledger.refusals.js';
import { fromFiles, intoFolder } from '../served/current-ledger.js';
import { LedgerGate } from '../served/ledger-gate.js';

/** Takes the cosignatures of witnesses. Their signatures authenticate them: it asks for no token. */
@Injectable()
export class CosignHandler implements HttpRouteHandler {
  readonly #witnesses: readonly NoteVerifier[];

  constructor(
    private readonly gate: LedgerGate,
    @Inject(CONFIGURATION) { ledgerWitnesses }: Configuration,
  ) {
    this.#witnesses = (ledgerWitnesses ?? []).map(witnessOf);
  }

  handle({ body }: HttpRouteRequest): HttpRouteAnswer {
    const { ledger, last } = this.gate.anybody();
    const sent = body.toString('utf8');
    const signed = ownCheckpoint(ledger, last.size, sent);
    const opened = openNote(sent);
    if (signed === undefined || opened === undefined || cosignaturesOf(opened, this.#witnesses).length === 0) {
      throw refused(ledgerRefusals, 'LEDGER-b8Fy3');
    }
    const note = intoFolder(() => keepCosignatures(ledger.folder, signed, sent, this.#witnesses));
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: note };
  }
}

/** The checkpoint of a note, where this ledger has signed it and still has its root; with the own signature alone. */
function ownCheckpoint(ledger: Ledger, size: number, note: string): SignedCheckpoint | undefined {
  const [opened, checkpoint] = [openNote(note), parseNote(note)];
  const signature = opened && signatureBy(opened, ledger.verifier);
  if (signature === undefined || opened === undefined || checkpoint === undefined || checkpoint.size > size)
    return undefined;
  const root = fromFiles(() => rootOf(checkpoint.size, nodesOf(hashesIn(treeFolder(ledger)))));
  return checkpoint.root.equals(root) ? { ...checkpoint, note: noteOf(opened.text, [signature.line]) } : undefined;
}

function witnessOf(text: string): NoteVerifier {
  const verifier = parseVerifier(text);
  if (verifier?.kind === 'cosignature') return verifier;
  throw new Error(
    `APPLEDGER_LEDGER_WITNESSES: ${text} is not the key of a witness for cosignature/v1: it has another id, or another kind of key`,
  );
}

export const cosignRoute: FeatureRoute = {
  name: 'Ledger/Cosign',
  verb: 'POST',
  path: '/ledger/cosignatures',
  operation: {
    operationId: 'AddLedgerCosignature',
    tags: ['Ledger'],
    summary: 'Add the cosignature of a witness to a checkpoint',
    description:
      'The body is a checkpoint of this ledger with its signature, and cosignatures (C2SP tlog-cosignature, cosignature/v1) of witnesses in APPLEDGER_LEDGER_WITNESSES. Needs no token: the signatures say who sends it.',
    security: [],
    requestBody: { required: true, content: { 'text/plain': { schema: { type: 'string' } } } },
    responses: {
      200: {
        description: 'The checkpoint with all cosignatures that it has.',
        content: { 'text/plain': { schema: { type: 'string' } } },
      },
      400: { description: `- code 3: \`LEDGER-b8Fy3\` ${ledgerRefusals['LEDGER-b8Fy3'].text}` },
      404: { description: '- code 5: `LEDGER-k3Wv8`' },
      503: { description: '- code 14: `LEDGER-p6Tn2`, `LEDGER-t4Vb9`, `LEDGER-w7Rd5`' },
    },
  },
  handler: CosignHandler,
};
