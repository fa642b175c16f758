import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectEvidence } from '#libs/engine/ledger/evidence/collect-evidence.js';
import { checkEvidence } from '#libs/engine/ledger/evidence/evidence.js';
import { TREE_FOLDER } from '#libs/engine/ledger/tree/ledger-folder.js';
import { lastSigned, newestWitnessed } from '#libs/engine/ledger/witnessed-checkpoints.js';
import type { OperationResult, TellProgress } from '#libs/engine/operations/operation.js';
import { type Configuration, readConfiguration } from '#libs/engine/runtime/configuration.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { type NoteSigner, type NoteVerifier, parseVerifier } from '#libs/engine/transparency/notes/note-key.js';
import { applicationStream } from '#libs/registry/applications/index.js';
import { assertOwnOptions } from '../calls/own-options.js';
import { textTable } from '../calls/text-table.js';
import { assertNoMoreWords, command, onlyWord } from '../command.js';
import { rateOf } from '../rate-of.js';
import { UsageError } from '../usage-error.js';
import { configuredLedgerFolder, ledgerSigner, openLedgerLog } from './open-ledger-log.js';
import { verifyLedger } from './verify-ledger.js';

const HELP = `Verifies the event log against its ledger, and gives and checks evidence.

Usage: npm run -s appledger -- ledger verify [--against FILE] [--json]
       npm run -s appledger -- ledger evidence APP [--out FILE] [--json]
       npm run -s appledger -- ledger check FILE --key KEY [--json]
       npm run -s appledger -- ledger key [--json]

  verify          computes the tree from all events, compares it with the last signed checkpoint, and lists the events
                  that differ. It changes nothing, and a server may be running. --against compares with another
                  checkpoint too, such as one that an auditor has kept. Exit code 1: something differs
  evidence APP    writes the events of an application, the proof that each of them is in the ledger, and a checkpoint.
                  Default of --out: evidence-APP.json
  check FILE      checks evidence without a server and without a folder. KEY is the verifier key of the ledger: get it
                  from somebody you trust, and not from the file. Exit code 1: something is not proven
  key             prints the verifier key of the ledger

verify and evidence work on the embedded log in APPLEDGER_DATA_DIR, or on EventStoreDB, and on the ledger in
APPLEDGER_LEDGER_DIR (default: ledger in the data folder).

Examples:
  npm run -s appledger -- ledger verify
  npm run -s appledger -- ledger check evidence-228204399198372864.json --key "$(cat ledger.vkey)"

See docs/ledger.md.`;

/** Events hold hashes of secrets. */
const OWNER_ONLY = 0o600;

/** The options that each action takes. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  verify: ['against'],
  evidence: ['out'],
  check: ['key'],
  key: [],
};

/** `appledger ledger`. */
export const ledger = command({
  name: 'ledger',
  help: HELP,
  options: { against: { type: 'string' }, out: { type: 'string' }, key: { type: 'string' } },
  run: async ({ against, out, key }, [action, ...words], tell) => {
    if (action === undefined) return 'help';
    const takes = Object.hasOwn(TAKES, action) ? TAKES[action] : undefined;
    if (takes === undefined) throw new UsageError(`ledger has no ${JSON.stringify(action)}: see ledger --help`);
    assertOwnOptions(`ledger ${action}`, takes, { against, out, key });
    if (action === 'check') return check(onlyWord('ledger check', words, 'a file with evidence'), key);
    const configuration = readConfiguration(process.env);
    if (action === 'evidence') {
      return evidence(configuration, onlyWord('ledger evidence', words, 'the id of an application'), out, tell);
    }
    assertNoMoreWords('ledger', words);
    return action === 'verify' ? verifyLedger(configuration, against, tell) : showKey(configuration);
  },
});

function showKey(configuration: Configuration): OperationResult {
  const { text: key, name: origin } = signerOf(configuration).verifier;
  return { lines: [key], data: { key, origin }, ok: true };
}

async function evidence(
  configuration: Configuration,
  application: string,
  out = `evidence-${application}.json`,
  tell: TellProgress,
): Promise<OperationResult> {
  const folder = configuredLedgerFolder(configuration);
  const { verifier } = signerOf(configuration);
  const last = lastSigned(folder, verifier);
  if (last === undefined) throw new UsageError(`there is no checkpoint in ${folder} yet: start the server once`);
  if (existsSync(out)) throw new UsageError(`${out} is there already: name another file with --out`);
  const log = await openLedgerLog(configuration);
  try {
    const collected = await collectEvidence({
      ...log,
      stream: applicationStream(application),
      treeFolder: join(folder, TREE_FOLDER),
      last,
      witnessed: newestWitnessed(folder, verifier),
      verifier,
      progress: rateOf('read', tell),
    });
    if (collected.events.length === 0)
      throw new UsageError(`the ledger has no events of an application ${application}`);
    const { faults } = checkEvidence(collected, verifier);
    if (faults.length > 0) {
      throw new Error(
        `the log, or a file of the ledger, is not what was signed (${faults[0]}): run ledger verify, which says what differs`,
      );
    }
    writeFileSync(out, `${JSON.stringify(collected, undefined, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
    const count = collected.events.length;
    const lines = [`${count} events of application ${application} and their proofs are in ${out}`];
    return { lines, data: { file: out, events: count, key: verifier.text }, ok: true };
  } finally {
    await log.close();
  }
}

function check(file: string, key: string | undefined): OperationResult {
  if (key === undefined)
    throw new UsageError('ledger check needs the verifier key of the ledger: --key name+id+base64');
  const verifier = verifierOf(key);
  const { faults, origin, size, stream, events } = checkEvidence(jsonIn(file), verifier);
  const rows = events.map((event) => [event.revision, `${event.index}`, event.time, event.user, event.type]);
  const lines = [
    ...(faults.length === 0 ? [...textTable([['REVISION', 'LEAF', 'TIME', 'USER', 'TYPE'], ...rows])] : []),
    ...faults.map((fault) => `not proven: ${fault}`),
    ...(faults.length === 0
      ? [`proven: ${events.length} events of ${stream} are among the first ${size} of ${origin}`]
      : []),
  ];
  return { lines, data: { ok: faults.length === 0, faults, origin, size, stream, events }, ok: faults.length === 0 };
}

function signerOf(configuration: Configuration): NoteSigner {
  const signer = ledgerSigner(configuration);
  if (signer !== undefined) return signer;
  throw new UsageError(`there is no key in ${configuredLedgerFolder(configuration)} yet: start the server once`);
}

function verifierOf(text: string): NoteVerifier {
  const verifier = parseVerifier(text);
  if (verifier?.kind === 'note') return verifier;
  throw new UsageError('--key takes the verifier key of a ledger, name+id+base64, as ledger key prints it');
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  }
}
