import type { Command } from './command.js';

/** A command in the list of all. */
export interface ListedCommand {
  /** What it does, for the list. */
  readonly summary: string;
  /** Imports it with what it needs: `appledger --help` and the other commands do not wait for that. */
  load(): Promise<Command>;
}

/** Every command by its name, in the order in which the help lists them. */
export const commands: Readonly<Record<string, ListedCommand>> = {
  backup: {
    summary: 'copies the data folder, of a running server too, and checks the copy',
    load: async () => (await import('./backup/backup-command.js')).backup,
  },
  restore: {
    summary: 'puts such a copy into the data folder',
    load: async () => (await import('./backup/restore-command.js')).restore,
  },
  log: {
    summary: 'verifies the embedded event log, and salvages what is whole',
    load: async () => (await import('./log/log-command.js')).log,
  },
  ledger: {
    summary: 'verifies the log against its ledger, and gives and checks evidence',
    load: async () => (await import('./ledger/ledger-command.js')).ledger,
  },
  projections: {
    summary: 'lists, rebuilds and verifies projections, and skips an event',
    load: async () => (await import('./projections-command.js')).projections,
  },
  history: {
    summary: 'shows who changed an application or a project, when, what and why',
    load: async () => (await import('./past/history-command.js')).history,
  },
  state: {
    summary: 'shows an application or a project as it is, or was at a point of its past',
    load: async () => (await import('./past/state-command.js')).state,
  },
  diff: {
    summary: 'shows in which fields an application or a project differs between two points',
    load: async () => (await import('./past/diff-command.js')).diff,
  },
  events: {
    summary: 'prints the events of projects and applications, and follows them',
    load: async () => (await import('./events/events-command.js')).events,
  },
  export: {
    summary: 'writes the events into a folder, as lines of JSON',
    load: async () => (await import('./export/export-command.js')).exportCommand,
  },
  import: {
    summary: 'writes such events into an empty event store',
    load: async () => (await import('./export/import-command.js')).importCommand,
  },
  unused: {
    summary: 'lists the applications whose credentials have not been used since a time',
    load: async () => (await import('./calls/unused-command.js')).unused,
  },
  secrets: {
    summary: 'lists, adds, disables, enables, removes and rotates the secrets of an API client',
    load: async () => (await import('./calls/secrets-command.js')).secrets,
  },
  webhooks: {
    summary:
      'lists, adds, changes, pauses, tests and removes webhooks, rotates their secrets, and shows and repeats deliveries',
    load: async () => (await import('./webhooks/webhooks-command.js')).webhooks,
  },
  token: {
    summary: 'prints a bearer token of the development issuer',
    load: async () => (await import('./token-command.js')).token,
  },
};

/** What `appledger --help` prints. */
export function commandsHelp(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Appledger's tools for operators.

Usage: npm run -s appledger -- COMMAND [OPTIONS]
In the image: node dist/programs/appledger.js COMMAND [OPTIONS]

${rows.join('\n')}

  COMMAND --help   describes a command and its options
  COMMAND --json   prints the result as JSON, for all commands but token
  --version        prints the version

secrets, unused and webhooks call a server, as their help says; events, history, state and diff call one that --url or
APPLEDGER_URL names. The others, and these without a URL, work on the stores that the APPLEDGER_… variables configure
(npm start -- --help lists them). While a server is using APPLEDGER_DATA_DIR, that server runs the command.
Progress is printed to standard error if that is a terminal.

Exit codes: 0 success; 1 failure, or a result that needs attention; 2 wrong usage.

Examples:
  npm run -s appledger -- projections list
  npm run -s appledger -- backup ../appledger-backup`;
}
