import { resolve } from 'node:path';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { command, onlyWord } from '../command.js';
import { assertEmbedded } from './assert-embedded.js';
import { contentsText } from './backup-manifest.js';

const HELP = `Copies the embedded stores in APPLEDGER_DATA_DIR into a new folder, and checks the copy. A server that is using them
goes on reading and writing meanwhile.

Usage: npm run -s appledger -- backup TO [--json]

  TO   a folder that does not exist yet, or is empty. It appears when the copy is complete and has been checked: until
       then the copy is in TO.partial

The copy holds all events, the documents where these are embedded too, the development issuer's key and ids, and the key
of the signing secrets of webhooks. Every event is read, and looked for in its stream; backup.json lists the files with
their checksums. Only its owner can read it: hashes of secrets are in it. The server writes the copy, so this command
runs as the server's user.

Example:
  npm run -s appledger -- backup /backups/appledger-$(date +%F)

See restore --help, and docs/operations.md.`;

/** `appledger backup TO`. */
export const backup = command({
  name: 'backup',
  help: HELP,
  options: {},
  run: async (_, words, tell) => {
    const to = onlyWord('backup', words, 'the folder to copy to');
    const configuration = readConfiguration(process.env);
    assertEmbedded(configuration);
    const { backUp } = await import('./back-up.js'); // loads the stores, which a help text does not need
    const manifest = await backUp(configuration, to, tell);
    const folder = resolve(to);
    return { lines: [`backed up into ${folder}: ${contentsText(manifest)}`], data: { folder, ...manifest }, ok: true };
  },
});
