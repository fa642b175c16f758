import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { builtProgram } from './built-program.js';
import { GatewayProcess } from './gateway-process.js';
import { gatewayUrl } from './gateway-url.js';
import { databaseUrl } from './mongodb.js';
import { forShortLives } from './node-options.js';
import { tempFolder } from './temp-folder.js';

const POLL_MS = 10;
const READY = /listens on (https?:\/\/\S+)/;
const GATEWAY = /"port":(\d+).*EventStoreDB's clients/;

/** A running Appledger server in a separate process, started as users start it. */
export interface Server {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Waits until the output of the process matches the pattern, and returns the output: it may arrive after an answer. */
  outputWith(pattern: RegExp): Promise<string>;
  /** The connection string of its event store, which is writable if APPLEDGER_GATEWAY_WRITABLE is true. */
  eventsUrl(): Promise<string>;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** The server ended before it was ready. */
export class ServerFailed extends Error {
  constructor(
    readonly code: number | null,
    readonly output: string,
  ) {
    super(`the server ended with code ${code}:\n${output}`);
  }
}

export interface ServerOptions {
  /** The app to start; default: the api. */
  readonly app?: 'api' | 'projector';
  /** Default: a fresh temporary folder. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A shell command to run before the server replaces the shell, such as a `ulimit`. */
  readonly before?: string;
}

/**
 * Whether the servers use EventStoreDB's protocol instead of the embedded event store: each data folder then has an
 * embedded store behind a gateway in another process. A project in jest.config.mjs sets it.
 */
export const onGateway = process.env.APPLEDGER_TEST_STORE === 'gateway';

/**
 * Whether the servers store their documents in the MongoDB of APPLEDGER_TEST_MONGODB_URL instead of the embedded read
 * model, in a database for each data folder. A project in jest.config.mjs sets it.
 */
export const onMongoDb = process.env.APPLEDGER_TEST_STORE === 'mongodb';

const running = new Set<ChildProcess>();
const gateways = new Map<string, GatewayProcess>();

/** Starts the compiled server on a free loopback port and waits until it is ready. */
export async function startServer({
  app = 'api',
  dataDir,
  env = {},
  before = 'true',
}: ServerOptions = {}): Promise<Server> {
  const folder = dataDir ?? tempFolder();
  const store = {
    ...(onGateway && { APPLEDGER_EVENTSTORE_URL: await gatewayOf(folder) }),
    ...(onMongoDb && { APPLEDGER_MONGODB_URL: databaseUrl(basename(folder)) }),
  };
  const main = builtProgram(app);
  const child = spawn('bash', ['-c', `${before}; exec "$0" "$@"`, process.execPath, ...forShortLives, main], {
    env: {
      ...bareEnvironment(),
      APPLEDGER_PORT: '0',
      APPLEDGER_GATEWAY_PORT: '0',
      APPLEDGER_DATA_DIR: folder,
      ...store,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return { code, signal } as { code: number | null; signal: NodeJS.Signals | null };
  });
  const ready = new Promise<string>((resolveUrl) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const url = READY.exec(line)?.[1];
      if (url !== undefined) resolveUrl(url);
    });
  });
  const url = await Promise.race([ready, ended.then(({ code }) => Promise.reject(new ServerFailed(code, output)))]);
  const outputWith = async (pattern: RegExp) => {
    while (!pattern.test(output)) await delay(POLL_MS);
    return output;
  };
  return {
    url,
    dataDir: folder,
    pid: child.pid ?? 0,
    outputWith,
    async eventsUrl() {
      if (onGateway) return gatewayOf(folder);
      return gatewayUrl(Number(GATEWAY.exec(await outputWith(GATEWAY))?.[1]));
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Ends the processes that a test file has left running. Call it in afterAll. */
export async function cleanUp(): Promise<void> {
  const children = [...running];
  const ends = children.map((child) => once(child, 'close'));
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(ends);
  await Promise.all(Array.from(gateways.values(), (gateway) => gateway.end('SIGKILL')));
}

/** The connection string of the gateway for a data folder's events; the first call starts the gateway. */
async function gatewayOf(folder: string): Promise<string> {
  const started = gateways.get(folder);
  if (started !== undefined) return started.connectionString;
  const gateway = new GatewayProcess();
  gateways.set(folder, gateway);
  await gateway.start();
  return gateway.connectionString;
}

/** The test's environment without variables that configure the server. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(APPLEDGER_|NODE_OPTIONS$)/.test(name)));
}
