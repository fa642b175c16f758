import { join } from 'node:path';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { LedgerKeeper } from '#libs/engine/ledger/tree/ledger-keeper.js';
import { domainEvents } from '#libs/engine/ledger/tree/ledger-source.js';
import { inclusionProof } from '#libs/engine/transparency/merkle/tree-hashes.js';
import { generateSigner } from '#libs/engine/transparency/notes/note-key.js';
import { nodesOf } from '#libs/engine/transparency/tiles/tree-builder.js';
import { hashesIn } from '#libs/engine/transparency/tiles/tree-files.js';
import { EmbeddedSource } from '#libs/registry/composition/ledger/embedded-source.js';
import { ledgerStreams } from '#libs/registry/composition/ledger/ledger-streams.js';
import { ToldHead } from '#libs/registry/composition/ledger/told-head.js';
import { features } from '#libs/registry/features.js';
import { type Appledger, startAppledger } from './appledger.js';
import { fillLog } from './filled-log.js';
import { compare } from './load.js';
import { withFolder } from './program.js';
import type { PartResult } from './report.js';
import { residentMemory } from './resident-memory.js';
import { creationTarget, type Extent, figureOf } from './throughput.js';

/** Applications in the log of which a ledger is built; each has two events. */
const APPLICATIONS = 500_000;
const PROOFS = 1_000;
const ON = 'creation with the ledger';
const OFF = 'creation without it';

/** Measures the build of a ledger, its proofs, and what it costs creations. */
export async function benchLedger({ rounds, seconds, applications = APPLICATIONS }: Extent): Promise<PartResult> {
  const built = await withFolder((folder) => build(folder, applications));
  const creations = await withFolder((on) => withFolder((off) => creationRates(on, off, rounds, seconds)));
  return {
    part: 'ledger',
    figures: { ...built, ...creations },
    aims: [
      { what: 'events/s built, by processor time', value: built['events/s of processor time'], atLeast: 100_000 },
      { what: 'hashes in a proof', value: built['hashes in a proof, at most'], below: 21 },
      { what: 'ms for a proof, mean', value: built['ms for an inclusion proof, mean'], below: 5 },
      { what: 'of the creations without it', value: creations['creations, of those without it'], atLeast: 0.97 },
    ],
  };
}

/** Builds the ledger of a log as its thread does. */
async function build(dataDir: string, applications: number) {
  await fillLog(dataDir, { applications, organization: '1', projectOf: (application) => `${application % 997}` });
  const folder = join(dataDir, 'ledger');
  const heads = new ToldHead();
  heads.tell(BigInt(applications * 2 - 1));
  const keeper = new LedgerKeeper({
    folder,
    signer: generateSigner('bench', () => ''),
    isDomainEvent: domainEvents(ledgerStreams(features.streams)),
    signed: () => undefined,
  });
  const before = residentMemory('self')?.RssAnon ?? 0;
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let most = before;
  const source = new EmbeddedSource(join(dataDir, EVENT_STORE_FOLDER), '', heads);
  for await (const batch of source.follow(new AbortController().signal)) {
    keeper.take(batch);
    if (keeper.size % 65_536 < batch.events.length) most = Math.max(most, residentMemory('self')?.RssAnon ?? 0);
    if (batch.caughtUp) break;
  }
  const took = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const { size } = keeper;
  keeper.close();
  const node = nodesOf(hashesIn(join(folder, 'tree')));
  const from = performance.now();
  const lengths = Array.from(
    { length: PROOFS },
    (_, at) => inclusionProof(Math.floor((at * size) / PROOFS), size, node).length,
  );
  return {
    'events in the ledger': size,
    'events/s built': Math.round(size / took),
    'events/s of processor time': Math.round(size / ((user + system) / 1_000_000)),
    'memory grown while building, MB': Math.round(most - before),
    'hashes in a proof, at most': Math.max(...lengths),
    'ms for an inclusion proof, mean': (performance.now() - from) / PROOFS,
  };
}

/** Creates applications on a server with a ledger, and on one without. */
async function creationRates(onFolder: string, offFolder: string, rounds: number, seconds: number) {
  const started: Appledger[] = [];
  try {
    const on = await startAppledger(onFolder);
    started.push(on);
    const off = await startAppledger(offFolder, { APPLEDGER_LEDGER: 'off' });
    started.push(off);
    const targets = [
      { ...creationTarget(on), name: ON },
      { ...creationTarget(off), name: OFF },
    ];
    const figures = await compare(targets, rounds, seconds);
    const [withLedger, without] = [figureOf(figures, ON), figureOf(figures, OFF)];
    return {
      'creations/s with the ledger': withLedger.requestsPerSecond,
      'creations/s without it': without.requestsPerSecond,
      'creations, of those without it': withLedger.requestsPerSecond / without.requestsPerSecond,
    };
  } finally {
    for (const { program } of started) await program.stop();
  }
}
