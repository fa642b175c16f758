import { systemClock } from '#libs/engine/kernel/clock.js';
import { backup } from './backup/backup-command.js';
import { restore } from './backup/restore-command.js';
import { secrets } from './calls/secrets-command.js';
import { unused } from './calls/unused-command.js';
import type { Command } from './command.js';
import { events } from './events/events-command.js';
import { exportCommand } from './export/export-command.js';
import { importCommand } from './export/import-command.js';
import { issueToken } from './issue-token.js';
import { ledger } from './ledger/ledger-command.js';
import { log } from './log/log-command.js';
import { diff } from './past/diff-command.js';
import { history } from './past/history-command.js';
import { state } from './past/state-command.js';
import { projections } from './projections-command.js';
import { webhooks } from './webhooks/webhooks-command.js';

/** Every command by its name, in the order in which the help lists them. */
export const commands: Readonly<Record<string, Command>> = {
  backup,
  restore,
  log,
  ledger,
  projections,
  history,
  state,
  diff,
  events,
  export: exportCommand,
  import: importCommand,
  unused,
  secrets,
  webhooks,
  token: {
    summary: 'prints a bearer token of the development issuer',
    run: async (args) => ({ lines: [await issueToken(args, process.env, systemClock)], ok: true }),
  },
};

/** What `appledger --help` prints. */
export function commandsHelp(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Appledger's tools for operators.

Usage: npm run -s appledger -- COMMAND [OPTIONS]
In the image: node dist/apps/cli/main.js COMMAND [OPTIONS]

${rows.join('\n')}

  COMMAND --help   describes a command and its options
  COMMAND --json   prints the result as JSON, for all commands but token
  --version        prints the version

events, secrets, unused and webhooks call a server, as their help says; history, state and diff call one that --url or
APPLEDGER_URL names. The others, and these without a URL, work on the stores that the APPLEDGER_… variables configure
(npm start -- --help lists them). While a server is using APPLEDGER_DATA_DIR, that server runs the command.
Progress is printed to standard error if that is a terminal.

Exit codes: 0 success; 1 failure, or a result that needs attention; 2 wrong usage.

Examples:
  npm run -s appledger -- projections list
  npm run -s appledger -- backup ../appledger-backup`;
}
