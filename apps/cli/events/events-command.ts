import { readConfiguration } from '#libs/engine/runtime/configuration.js';
import { askStore, namesServer, STORE_HELP } from '../ask-store.js';
import { DEFAULT_URL, remoteServer, SERVER_OPTIONS_HELP, serverOptions } from '../calls/remote-server.js';
import { assertNoMoreWords, command } from '../command.js';
import { printable } from '../printable.js';
import { UsageError } from '../usage-error.js';
import { eventJsonLines, eventTable } from './event-lines.js';
import type { EventSource } from './event-source.js';
import { remoteEvents } from './remote-events.js';
import { storeEvents } from './store-events.js';

const HELP = `Prints the events of projects and applications, and with --follow those that happen from now on.

Usage: npm run -s appledger -- events [OPTIONS]

  --after CURSOR  begins after a cursor, at the "beginning" (the default), or with new events only: "now"
  --follow        goes on with new events until it is interrupted, also when the connection is lost
  --types TYPES   only events of these types, with commas between them, such as project.application.added
  --project ID    only events of this project and its applications
  --application ID
                  only events of this application
  --limit N       at most N events
${SERVER_OPTIONS_HELP.replace(/--json .*/, '--json          prints the CloudEvent of each event as one line of JSON')}

${STORE_HELP} With --follow and the embedded store, it asks the server at ${DEFAULT_URL} then.

At the end, standard error gets the cursor with which the next call continues, also when the command is interrupted.

Exit codes: 0 success; 1 the server cannot be reached, or refuses; 2 wrong usage; 130 or 143 interrupted.

Examples:
  npm run -s appledger -- events --types project.application.added,project.application.removed
  npm run -s appledger -- events --follow --after now --json | jq .data

See docs/subscribers.md.`;

/** `appledger events`. */
export const events = command({
  name: 'events',
  help: HELP,
  options: {
    ...serverOptions,
    json: { type: 'boolean' },
    follow: { type: 'boolean' },
    after: { type: 'string' },
    types: { type: 'string', multiple: true },
    project: { type: 'string' },
    application: { type: 'string' },
    limit: { type: 'string' },
  },
  run: async (values, words) => {
    assertNoMoreWords('events', words);
    const { after = 'beginning', types = [], project, application, follow = false } = values;
    const limit = limitOf(values.limit);
    const { heading, line } = values.json === true ? eventJsonLines : eventTable;
    let next: string | undefined;
    const printFrom = async (source: EventSource) => {
      for await (const step of source({ after, types, project, application, limit, follow })) {
        await print([...(next === undefined ? heading : []), ...step.events.map(line)]);
        next = step.cursor;
      }
    };
    // Nobody knows how much was read by a reader that has gone away.
    process.once('exit', () => next !== undefined && !process.stdout.errored && note(`to continue: --after ${next}`));
    // Who follows the embedded store without a server would keep its folder from a server that starts.
    const needsServer = follow && readConfiguration(process.env).eventStoreUrl === undefined;
    if (needsServer || namesServer(values))
      await printFrom(remoteEvents(await remoteServer(values, process.env), note));
    else await askStore(values, (store) => printFrom(storeEvents(store)));
    return 'printed';
  },
});

function limitOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`--limit takes a whole number from 1 (got ${JSON.stringify(text)})`);
}

/** Ends when the output has taken the lines: no more events are read than somebody reads. */
async function print(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const text = lines.map((line) => `${line.trimEnd()}\n`).join('');
  await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
}

function note(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}
