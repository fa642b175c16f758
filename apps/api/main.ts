import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { configurationHelp, readConfiguration, unknownVariables } from '#libs/platform/configuration.js';
import { createLogger } from '#libs/platform/logger.js';
import { type ApiServer, startApiServer } from './api-server.js';
import { developmentBanner } from './banner.js';

const HELP = `Appledger: a registry of API clients in which every change is an event.

Usage: npm start [-- --help]

Configuration, by environment variables:
${configurationHelp()}
`;

/** Exit codes as shells know them: 1 for a failure, 130 for a second Ctrl+C. */
const FAILED = 1;
const INTERRUPTED = 130;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const configuration = readConfiguration(process.env);
  const log = createLogger(configuration.logLevel);
  for (const name of unknownVariables(process.env))
    log.warn({ variable: name }, 'this variable means nothing: is it misspelt?');
  const starting = startApiServer(configuration, log);
  stopOnSignals(starting);
  await announce(await starting);
}

/** Says where the server is and, with the development issuer, what to do next. */
async function announce({ url, developmentIssuer }: ApiServer): Promise<void> {
  process.stdout.write(`Appledger listens on ${url}\n`);
  if (developmentIssuer === undefined) return;
  const token = await developmentIssuer.mintToken();
  const { project } = developmentIssuer.first;
  process.stdout.write(developmentBanner({ url, project, token, startedAt: new Date() }));
}

/** The first signal stops the server in good order, a second one at once. */
function stopOnSignals(starting: Promise<ApiServer>): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(INTERRUPTED);
    stopping = true;
    starting
      .then((server) => server.stop())
      .then(
        () => process.exit(),
        (error) => fail(error),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** An error at start is an answer to whoever started: one text, no stack. */
function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(FAILED);
}

main().catch(fail);
