import { messageOf } from '#libs/engine/runtime/message-of.js';
import { productVersion } from '#libs/engine/runtime/product-version.js';
import { commands, commandsHelp } from './commands.js';
import { printable } from './printable.js';
import { progressOn } from './progress.js';
import { exitCodeFor, FAILED, UsageError } from './usage-error.js';

/** Exits on a signal with the shell's exit code for it, so that exit handlers can clean up. */
function exitOnSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}

/** Exits as a program that SIGPIPE ends when nobody reads its output any more, such as in `… | head`. */
function exitWithoutReader(): void {
  process.stdout.once('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(141);
    process.stderr.write(`the output cannot be written: ${message}\n`);
    process.exit(FAILED);
  });
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h') return show(commandsHelp());
  if (name === '--version') return show(`appledger ${productVersion()}`);
  const listed = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (listed === undefined) throw new UsageError(`there is no command ${JSON.stringify(name)}: see --help`);
  const command = await listed.load();
  const progress = progressOn(process.stderr);
  try {
    const { lines, ok } = await command.run(args, progress.tell);
    progress.end();
    if (lines.length > 0) show(lines.join('\n'));
    return ok ? 0 : FAILED;
  } finally {
    progress.end();
  }
}

function show(text: string): number {
  process.stdout.write(`${text.trimEnd()}\n`);
  return 0;
}

exitOnSignals();
exitWithoutReader();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error).trimEnd().split('\n').map(printable).join('\n')}\n`);
  process.exitCode = exitCodeFor(error);
}
