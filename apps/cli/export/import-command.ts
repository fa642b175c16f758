import { setFlagsFromString } from 'node:v8';
import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { command, onlyWord } from '../command.js';
import { number } from '../rate-of.js';

const HELP = `Writes the events of an export into an empty event store: the EventStoreDB that APPLEDGER_EVENTSTORE_URL names,
otherwise a new embedded event store in APPLEDGER_DATA_DIR. No server may use the target yet.

Usage: npm run -s appledger -- import FROM [--shared] [--json]

  FROM       the folder of the export; it stays as it is
  --shared   EventStoreDB may hold streams of other programs, and of other installations: those with another
             APPLEDGER_STREAM_PREFIX

Every file is compared with manifest.json before one of its events is written. Events keep their streams, ids, revisions,
contents and order. An embedded event store also keeps the times at which they were recorded; EventStoreDB sets its own,
which no answer of the API shows. An import that was interrupted is continued by the same command. A target with other
events is refused, and stays as it is.

Example:
  APPLEDGER_EVENTSTORE_URL='kurrentdb://…' npm run -s appledger -- import ../appledger-events

See export --help, and docs/export.md.`;

/**
 * By how many percent of what a collection of garbage has left the heap may grow until the next full one. V8's own limit
 * depends on the memory of the machine, and is up to 300.
 */
const HEAP_GROWTH_PERCENT = 40;

/** `appledger import FROM`. */
export const importCommand = command({
  name: 'import',
  help: HELP,
  options: { shared: { type: 'boolean' } },
  run: async ({ shared = false }, words, tell) => {
    setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
    const from = onlyWord('import', words, 'the folder of an export');
    const configuration = readConfiguration(process.env);
    const { importEvents } = await import('./import-events.js'); // loads the stores, which a help text does not need
    const { events, before, manifest, target } = await importEvents(configuration, { from, shared }, tell);
    const already = before === 0 ? '' : `, ${number(before)} of them by an earlier start`;
    const lines = [`${number(events)} events are in ${target} as they are in ${from}${already}`];
    const data = { events, before, imported: events - before, sha256: manifest.sha256 };
    return { lines, data, ok: true };
  },
});
