import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comparison, compareLog } from '#libs/engine/ledger/tree/compare-log.js';
import type { Difference } from '#libs/engine/ledger/tree/leaf-differences.js';
import { isForged, parseNote, type SignedCheckpoint, TREE_FOLDER } from '#libs/engine/ledger/tree/ledger-folder.js';
import { lastSigned } from '#libs/engine/ledger/witnessed-checkpoints.js';
import type { OperationResult, TellProgress } from '#libs/engine/operations/operation.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import type { NoteVerifier } from '#libs/engine/transparency/notes/note-key.js';
import { rateOf } from '../rate-of.js';
import { UsageError } from '../usage-error.js';
import { configuredLedgerFolder, ledgerSigner, openLedgerLog } from './open-ledger-log.js';

/** So many differences are listed for people; programs get all of them. */
const LISTED_DIFFERENCES = 100;

const OWN = 'the last checkpoint of the ledger';

/** Recomputes the tree from the log, and compares it with what was signed. @param against a file with a checkpoint */
export async function verifyLedger(
  configuration: Configuration,
  against: string | undefined,
  tell: TellProgress,
): Promise<OperationResult> {
  const folder = configuredLedgerFolder(configuration);
  const verifier = ledgerSigner(configuration)?.verifier;
  const own = lastSigned(folder, verifier);
  const other = against === undefined ? undefined : checkpointIn(against, verifier);
  const log = await openLedgerLog(configuration);
  try {
    const comparison = await compareLog(log.events, {
      isDomainEvent: log.isDomainEvent,
      expected: { ...(own && { [OWN]: own }), ...(other && against !== undefined && { [against]: other }) },
      tree: own && { folder: join(folder, TREE_FOLDER), size: own.size, root: own.root },
      progress: rateOf('verified', tell),
    });
    const { events, root, contradicted, differences } = comparison;
    const ok = contradicted.length === 0 && (differences ?? []).length === 0;
    const data = { events, root: root.toString('base64'), contradicted, differences: differences ?? null };
    return { lines: linesOf(comparison, own, other && against), data, ok };
  } finally {
    await log.close();
  }
}

function linesOf(
  { events, root, contradicted, differences }: Comparison,
  own: SignedCheckpoint | undefined,
  against: string | undefined,
): readonly string[] {
  const count = events.toLocaleString('en-US');
  const listed = (differences ?? []).slice(0, LISTED_DIFFERENCES).map(differenceText);
  const more = (differences ?? []).length - listed.length;
  const names = [...(own === undefined ? [] : [OWN]), ...(against === undefined ? [] : [against])];
  const verdicts = names.map((name) =>
    contradicted.includes(name) ? `the log is NOT that of ${name}` : `the log is that of ${name}`,
  );
  return [
    ...listed,
    ...(more > 0 ? [`… and ${more.toLocaleString('en-US')} more`] : []),
    `${count} domain events, root ${root.toString('base64')}`,
    ...(own === undefined
      ? ['nothing was signed yet, or the ledger is gone: --against compares with a checkpoint']
      : []),
    ...(own !== undefined && differences === undefined
      ? [
          `the files of the ledger are not whole${contradicted.length > 0 ? ', so it is not known which events differ' : ''}; the server builds them again`,
        ]
      : []),
    ...verdicts,
  ];
}

function differenceText({ what, stream, revision, type, leaf }: Difference): string {
  const at = leaf === undefined ? '' : `, leaf ${leaf}`;
  return `${what}: ${type} at revision ${revision} of stream ${stream}${at}`;
}

/** @param verifier of the ledger, which may not have signed it; what is signed in its name has to be */
function checkpointIn(file: string, verifier: NoteVerifier | undefined): SignedCheckpoint {
  const note = noteIn(textIn(file));
  const checkpoint = parseNote(note);
  if (checkpoint !== undefined && verifier !== undefined && isForged(note, verifier)) {
    throw new UsageError(
      `${file} was never signed by this ledger: its signature in the name of ${verifier.name} is wrong`,
    );
  }
  if (checkpoint !== undefined) return checkpoint;
  throw new UsageError(`${file} is not a checkpoint: save the answer of GET /ledger/checkpoint, or ledger/checkpoint`);
}

/** A note as it was signed: copying it may add or take away line feeds at its end, or give its lines other ends. */
function noteIn(text: string): string {
  return `${text.replaceAll('\r\n', '\n').trimEnd()}\n`;
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  }
}
