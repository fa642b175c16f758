/** Keeps the ledger of a data folder, event by event, and prints each checkpoint: `node ledger-child.js FOLDER`. */
import { join } from 'node:path';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { ledgerKey } from '#libs/engine/ledger/keys/ledger-key.js';
import { LEDGER_FOLDER } from '#libs/engine/ledger/tree/ledger-folder.js';
import { LedgerKeeper } from '#libs/engine/ledger/tree/ledger-keeper.js';
import { embeddedEvents } from '#libs/registry/composition/ledger/embedded-source.js';

const [dataDir = ''] = process.argv.slice(2);
const folder = join(dataDir, LEDGER_FOLDER);
const signer = ledgerKey(folder, { key: undefined, origin: undefined }, true);
if (signer === undefined) throw new Error('there is no key');

const print = (note: string) => process.stdout.write(`${JSON.stringify(note)}\n`);
const isDomainEvent = () => true; // The features, which know the streams, take a while to load.
const begin = () => new LedgerKeeper({ folder, signer, isDomainEvent, signed: ({ note }) => print(note) });

let keeper = begin();
for (let isKept = false; !isKept; ) {
  isKept = true;
  for await (const event of embeddedEvents(join(dataDir, EVENT_STORE_FOLDER), '')) {
    isKept = keeper.take({ events: [event], caughtUp: false });
    if (!isKept) break;
    // Every event is followed by a checkpoint once those of before have been compared.
    if (keeper.isChecked) keeper.take({ events: [], caughtUp: true });
  }
  keeper.close();
  if (!isKept) keeper = begin();
}
process.stdout.write('done\n');
