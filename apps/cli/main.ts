import { readConfiguration } from '#libs/platform/configuration.js';
import { createLogger } from '#libs/platform/logger.js';
import { messageOf } from '#libs/platform/message-of.js';
import { productVersion } from '#libs/platform/product-version.js';
import { PROJECTIONS_HELP, parseProjectionsCommand } from './projections-command.js';
import { exitCodeFor, FAILED, UsageError } from './usage-error.js';

const HELP = `Appledger's tools for operators.

Usage: npm run -s appledger -- <command> [--help]

  projections   look at the projections, build documents again, verify them
  --version     say which version this is
`;

/** Ends the process in a way that lets it clear up, with the exit codes that shells know for these signals. */
function exitOnSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}

async function main([subject, ...args]: readonly string[]): Promise<number> {
  if (subject === undefined || subject === '--help' || subject === '-h') return show(HELP);
  if (subject === '--version') return show(`appledger ${productVersion()}`);
  if (subject !== 'projections') throw new UsageError(`there is no command ${JSON.stringify(subject)}: see --help`);
  const request = parseProjectionsCommand(args, process.env.USER ?? 'operator');
  if (request === 'help') return show(PROJECTIONS_HELP);
  const configuration = readConfiguration(process.env);
  const { openOperations } = await import('./open-operations.js'); // the drivers of all stores: not for a help text
  const opened = await openOperations(configuration, await createLogger('warn'), request);
  try {
    const { lines, ok } = await opened.operations.run(request, (line) => process.stderr.write(`${line}\n`));
    show(lines.join('\n'));
    return ok ? 0 : FAILED;
  } finally {
    await opened.close();
  }
}

function show(text: string): number {
  process.stdout.write(`${text.trimEnd()}\n`);
  return 0;
}

exitOnSignals();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = exitCodeFor(error);
}
