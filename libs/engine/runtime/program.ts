import { parseArgs } from 'node:util';
import { collectAtRest } from './collect-at-rest.js';
import { type Configuration, configurationHelp, readConfiguration, unknownVariables } from './configuration.js';
import { createLogger, type Log } from './logger.js';
import { messageOf } from './message-of.js';

/** Exit codes as shells know them: 1 for a failure, 130 for a second Ctrl+C. */
const FAILED = 1;
const INTERRUPTED = 130;

/** A program that runs until it is stopped by a signal. */
export interface Program<Started extends { stop(): Promise<void> }> {
  /** The purpose and the usage of the program: the first lines of its help. */
  readonly usage: string;
  start(configuration: Configuration, log: Log): Promise<Started>;
  /** Prints to standard output what to do next, immediately or as soon as it is possible. */
  announce(started: Started, print: (text: string) => void): Promise<void> | void;
}

/** Runs the program in this process: reads the configuration, starts and announces it, and stops it on a signal. */
export function runProgram<Started extends { stop(): Promise<void> }>(program: Program<Started>): void {
  run(program).catch(fail);
}

async function run<Started extends { stop(): Promise<void> }>({
  usage,
  start,
  announce,
}: Program<Started>): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(`${usage}\n\nConfiguration, by environment variables:\n${configurationHelp()}\n`);
    return;
  }
  const configuration = readConfiguration(process.env);
  const log = await createLogger(configuration.logLevel, configuration.logFormat);
  for (const name of unknownVariables(process.env))
    log.warn({ variable: name }, 'this variable is unknown: is it misspelt?');
  const starting = start(configuration, log);
  stopOnSignals(starting);
  const started = await starting;
  collectAtRest();
  await announce(started, (text) => process.stdout.write(text));
}

/** The first signal shuts the program down gracefully, a second one ends it at once. */
function stopOnSignals(starting: Promise<{ stop(): Promise<void> }>): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(INTERRUPTED);
    stopping = true;
    starting
      .then((started) => started.stop())
      .then(
        () => process.exit(),
        (error) => fail(error),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Prints the message of an error without the stack, and exits. */
function fail(error: unknown): never {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(FAILED);
}
