import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { command, onlyWord } from '../command.js';
import { assertEmbedded } from './assert-embedded.js';
import { contentsText } from './backup-manifest.js';

const HELP = `Puts a copy that "backup" has made into APPLEDGER_DATA_DIR, and checks it before anything there is changed. The server
must be stopped.

Usage: npm run -s appledger -- restore FROM [--replace] [--new-ledger] [--json]

  FROM        the folder that "backup" has made; it stays as it is
  --replace   APPLEDGER_DATA_DIR may hold something: it is moved into a folder replaced-… in it, which can be deleted
              when all is well. Without this option the folder must not exist, or be empty
  --new-ledger  the ledger is moved there too, and the next start begins a new one with a new key. Without this option
              the ledger stays, and a server is not ready on events that contradict it: see docs/ledger.md

Example:
  APPLEDGER_DATA_DIR=./data npm run -s appledger -- restore /backups/appledger-2026-01-31

See docs/operations.md.`;

/** `appledger restore FROM`. */
export const restore = command({
  name: 'restore',
  help: HELP,
  options: { replace: { type: 'boolean' }, 'new-ledger': { type: 'boolean' } },
  run: async ({ replace = false, 'new-ledger': newLedger = false }, words, tell) => {
    const from = onlyWord('restore', words, 'the folder of a back-up');
    const configuration = readConfiguration(process.env);
    assertEmbedded(configuration);
    const { restoreInto } = await import('./restore.js'); // loads the stores, which a help text does not need
    const { manifest, folder, replaced } = await restoreInto(configuration, { from, replace, newLedger }, tell);
    const lines = [`restored into ${folder}: ${contentsText(manifest)}`];
    if (replaced !== undefined) lines.push(`what was there is in ${replaced}`);
    return { lines, data: { folder, ...(replaced && { replaced }), ...manifest }, ok: true };
  },
});
