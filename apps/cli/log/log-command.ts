import { join, resolve } from 'node:path';
import { damageText } from '#libs/engine/event-store/embedded/damage.js';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { salvageLog } from '#libs/engine/event-store/embedded/salvage-log.js';
import { type LogReport, remedyOf, verifyLog } from '#libs/engine/event-store/embedded/verify-log.js';
import type { OperationResult, TellProgress } from '#libs/engine/operations/operation.js';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { openDataFolder } from '#libs/engine/runtime/data-folder.js';
import { assertEmbedded } from '../backup/assert-embedded.js';
import { command, onlyWord } from '../command.js';
import { assertEventStoreIn } from '../existing-event-store.js';
import { makeFolder } from '../new-folder.js';
import { number, rateOf } from '../rate-of.js';
import { UsageError } from '../usage-error.js';

const HELP = `Checks the embedded event log in APPLEDGER_DATA_DIR, or copies the undamaged records to a new folder.

Usage: npm run -s appledger -- log verify [--json]
       npm run -s appledger -- log salvage TO [--json]

  verify       reads every record, compares its checksum, and compares the index with the records. Lists every damage
               with its segment, offset, position and stream. It changes nothing, and a server may be running: what that
               appends meanwhile is left out. Exit code 1: something is damaged
  salvage TO   copies every whole record into a new data folder TO, and lists what is lost. No file of
               APPLEDGER_DATA_DIR is changed. The server must be stopped. TO must not exist, or be empty: it appears when
               the copy is complete, until then it is TO.partial. Documents are built again when Appledger starts on TO.
               Copy development-issuer.json yourself where there is one. Exit code 1: something is lost

Events keep their ids, streams, revisions and times in the copy. Events behind a lost one have lower positions there, so
the copy counts as another log: subscribers have to begin anew.

Example:
  npm run -s appledger -- log verify

See docs/operations.md.`;

/** `appledger log`. */
export const log = command({
  name: 'log',
  help: HELP,
  options: {},
  run: async (_, [action, ...words], tell) => {
    if (action === undefined) return 'help';
    const configuration = readConfiguration(process.env);
    assertEmbedded(configuration);
    assertEventStoreIn(configuration.dataDir);
    const folder = join(configuration.dataDir, EVENT_STORE_FOLDER);
    if (action === 'verify') {
      if (words.length > 0) throw new UsageError(`${words[0]} is one word too many: see log --help`);
      return verified(folder, tell);
    }
    if (action === 'salvage')
      return salvaged(configuration.dataDir, onlyWord('log salvage', words, 'the new data folder'), tell);
    throw new UsageError(`log has no ${JSON.stringify(action)}: see log --help`);
  },
});

async function verified(folder: string, tell: TellProgress): Promise<OperationResult> {
  const report = await verifyLog(folder, rateOf('verified', tell));
  const { damages, indexFaults } = report;
  const ok = damages.length === 0 && indexFaults.length === 0;
  const damaged = damages.map((damage) => `damaged: ${damageText(damage)}`);
  const lines = [...damaged, ...indexFaults, summaryOf(report), ...(ok ? [] : [remedyOf(report)])];
  return { lines, data: report, ok };
}

function summaryOf({ events, streams, position, segments, bytes, tornBytes, damages, indexFaults }: LogReport): string {
  const held = `${number(events)} events in ${number(streams)} streams up to position ${position}, ${number(segments)} segments, ${number(bytes)} bytes`;
  const torn =
    tornBytes === 0 ? '' : `; ${number(tornBytes)} bytes at the end were never answered, the next start cuts them off`;
  const faults = damages.length + indexFaults.length;
  return `${held}: ${faults === 0 ? 'no damage found' : damagesText(faults)}${torn}`;
}

async function salvaged(dataDir: string, to: string, tell: TellProgress): Promise<OperationResult> {
  const target = resolve(to);
  const report = await makeFolder({ to, dataDir, what: 'the folder of the copy' }, async (partial) => {
    const source = openDataFolder(dataDir); // a server that goes on appending would lose what is not copied
    try {
      const events = join(source.path, EVENT_STORE_FOLDER);
      return await salvageLog(events, join(partial, EVENT_STORE_FOLDER), rateOf('copied', tell));
    } finally {
      source.close();
    }
  });
  const { events, damages, tornBytes, hasGroups } = report;
  const lost = damages.length === 0 ? 'nothing is lost' : `${damagesText(damages.length)}: see above`;
  const torn = tornBytes === 0 ? '' : `; ${number(tornBytes)} bytes at the end were never answered, and are left out`;
  const groups =
    hasGroups || damages.length === 0 ? '' : '; persistent subscriptions are left out, for their positions are others';
  const lines = [
    ...damages.map((damage) => `lost: ${damageText(damage)}`),
    `${number(events)} events copied into ${target}: ${lost}${torn}${groups}`,
  ];
  return { lines, data: { folder: target, ...report }, ok: damages.length === 0 };
}

function damagesText(count: number): string {
  return count === 1 ? '1 damage' : `${number(count)} damages`;
}
