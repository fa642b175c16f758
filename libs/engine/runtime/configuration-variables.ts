import { MAX_NODE } from '#libs/engine/kernel/ids.js';
import {
  baseUrl,
  corsOrigins,
  from1,
  gatewayUsers,
  hostName,
  nonEmpty,
  oneLine,
  onOrOff,
  streamPrefix,
  trueOrFalse,
  url,
  whole,
} from './configuration-values.js';
import { EVENTSTORE_URL_TAKES, eventStoreUrl, withoutPassword } from './eventstore-url.js';
import { MONGODB_URL_TAKES, mongoDbUrl } from './mongodb-url.js';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

const LOG_FORMATS = ['auto', 'json', 'pretty'] as const;

/** How new answers are. */
const READ_CONSISTENCIES = ['store', 'node'] as const;

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The form of the log's lines. `auto`: pretty on a terminal, JSON otherwise. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** A variable of the environment. */
export interface Variable<T> {
  readonly name: string;
  /** What it takes, as the help and the errors say it. */
  readonly takes: string;
  readonly about: string;
  /** What stands in the help when the variable is unset. */
  readonly fallback: string;
  /** The value, or undefined when the text is none. The fallback goes through it too, unless it is empty. */
  readonly parse: (text: string) => T | undefined;
  /** The value when the variable is unset and has no fallback; default: undefined. */
  readonly absent?: T;
  /** The text of a secret as an error may show it. A file can hold the secret, too: see `given-value.ts`. */
  readonly shown?: (text: string) => string;
}

/** Every variable, by the name of what it says in the configuration. */
export const variables = {
  host: variable('APPLEDGER_HOST', '127.0.0.1', 'an IP address or host name', 'address to listen on', hostName),
  port: variable(
    'APPLEDGER_PORT',
    '8080',
    'a port from 0 to 65535',
    'port to listen on; 0 takes a free one',
    whole(65_535),
  ),
  publicUrl: variable(
    'APPLEDGER_PUBLIC_URL',
    '',
    'an http(s) URL',
    'where callers reach this server, behind a proxy or in a container; unset: where it listens',
    baseUrl,
  ),
  debugPort: variable(
    'APPLEDGER_DEBUG_PORT',
    '',
    'a port from 0 to 65535',
    'port for /debug alone, without TLS; 0 takes a free one; unset: /debug is on APPLEDGER_PORT',
    whole(65_535),
  ),
  tlsCert: variable(
    'APPLEDGER_TLS_CERT',
    '',
    'a path',
    'PEM file of the certificate and its chain; unset: the port is served without TLS',
    nonEmpty,
  ),
  tlsKey: variable(
    'APPLEDGER_TLS_KEY',
    '',
    'a path',
    'PEM file of its private key; goes with APPLEDGER_TLS_CERT',
    nonEmpty,
  ),
  dataDir: variable('APPLEDGER_DATA_DIR', './data', 'a path', 'folder of the embedded stores', nonEmpty),
  eventStoreUrl: {
    ...variable(
      'APPLEDGER_EVENTSTORE_URL',
      '',
      EVENTSTORE_URL_TAKES,
      'EventStoreDB, see docs/distributed.md; unset: the embedded event store',
      eventStoreUrl,
    ),
    shown: withoutPassword,
  },
  streamPrefix: {
    ...variable(
      'APPLEDGER_STREAM_PREFIX',
      '',
      'up to 64 letters, digits, dots, underscores and hyphens, the first a letter or a digit',
      'what the names of all streams begin with, so that several installations can share an event store',
      streamPrefix,
    ),
    absent: '',
  },
  mongoDbUrl: {
    ...variable(
      'APPLEDGER_MONGODB_URL',
      '',
      MONGODB_URL_TAKES,
      'MongoDB, see docs/distributed.md; unset: the embedded read model',
      mongoDbUrl,
    ),
    shown: withoutPassword,
  },
  projections: variable(
    'APPLEDGER_PROJECTIONS',
    'on',
    'on or off',
    'whether this process runs the projections, or leaves them to apps/projector',
    onOrOff,
  ),
  readPatienceMs: variable(
    'APPLEDGER_READ_PATIENCE_MS',
    '1000',
    'milliseconds from 0 to 60000',
    'how long a query waits for what has been written; then it answers what it has and says so',
    whole(60_000),
  ),
  readConsistency: variable(
    'APPLEDGER_READ_CONSISTENCY',
    'store',
    READ_CONSISTENCIES.join(' or '),
    'how new an answer is: as the event store was when the query came, or as what this process has written',
    (text) => READ_CONSISTENCIES.find((consistency) => consistency === text),
  ),
  issuer: variable(
    'APPLEDGER_ISSUER',
    '',
    'an http(s) URL',
    'who signs the tokens; unset: the development issuer',
    url,
  ),
  audience: variable(
    'APPLEDGER_AUDIENCE',
    '',
    'text',
    'what tokens must be made out to; goes with APPLEDGER_ISSUER',
    nonEmpty,
  ),
  allowRemoteDevelopmentIssuer: variable(
    'APPLEDGER_ALLOW_REMOTE_DEVELOPMENT_ISSUER',
    'false',
    'true or false',
    'lets the development issuer run on a host that is not loopback',
    trueOrFalse,
  ),
  developmentIssuerFile: variable(
    'APPLEDGER_DEVELOPMENT_ISSUER_FILE',
    '',
    'a path',
    "file of the development issuer's key and first project, shared by several servers; unset: in the data folder",
    nonEmpty,
  ),
  tokenCommand: variable(
    'APPLEDGER_TOKEN_COMMAND',
    '',
    'a command on one line',
    "prints a token where people type, to show at the start and on /; unset: this machine's own",
    oneLine,
  ),
  rolesFile: variable(
    'APPLEDGER_ROLES_FILE',
    '',
    'a path',
    'JSON file of roles and their permissions, instead of the built-in table',
    nonEmpty,
  ),
  nodeId: variable(
    'APPLEDGER_NODE_ID',
    '',
    `a number from 0 to ${MAX_NODE}`,
    'part of every id, different in each process; unset: drawn at start',
    whole(MAX_NODE),
  ),
  logLevel: variable('APPLEDGER_LOG_LEVEL', 'info', LOG_LEVELS.join(', '), 'how much is logged', (text) =>
    LOG_LEVELS.find((level) => level === text),
  ),
  logFormat: variable(
    'APPLEDGER_LOG_FORMAT',
    'auto',
    LOG_FORMATS.join(', '),
    'form of the log: auto is pretty on a terminal and json otherwise',
    (text) => LOG_FORMATS.find((format) => format === text),
  ),
  accessLog: variable(
    'APPLEDGER_ACCESS_LOG',
    'on',
    'on or off',
    'whether each request gets a line in the log, at level info; those of probes have level debug',
    onOrOff,
  ),
  corsOrigins: variable(
    'APPLEDGER_CORS_ORIGINS',
    '',
    'origins such as https://console.example, several with commas between, or *',
    "whose pages may call from a browser; unset: nobody else's",
    corsOrigins,
  ),
  rateLimit: variable(
    'APPLEDGER_RATE_LIMIT',
    '',
    'a number from 1 to 1000000',
    'calls a second that each user, or each address without a user, may make; unset: any number',
    from1(1_000_000),
  ),
  rateBurst: variable(
    'APPLEDGER_RATE_BURST',
    '',
    'a number from 1 to 1000000',
    'calls at once, goes with APPLEDGER_RATE_LIMIT; unset: twice that',
    from1(1_000_000),
  ),
  gatewayPort: variable(
    'APPLEDGER_GATEWAY_PORT',
    '2113',
    'a port from 0 to 65535, or off',
    "port on which EventStoreDB's clients reach the embedded event store; 0 takes a free one",
    (text): number | 'off' | undefined => (text === 'off' ? text : whole(65_535)(text)),
  ),
  gatewayHost: variable(
    'APPLEDGER_GATEWAY_HOST',
    '127.0.0.1',
    'an IP address or host name',
    'address for APPLEDGER_GATEWAY_PORT; one that others can reach needs APPLEDGER_GATEWAY_USERS',
    hostName,
  ),
  gatewayWritable: variable(
    'APPLEDGER_GATEWAY_WRITABLE',
    'false',
    'true or false',
    "lets EventStoreDB's clients append, delete, and manage persistent subscriptions",
    trueOrFalse,
  ),
  gatewayTls: variable(
    'APPLEDGER_GATEWAY_TLS',
    'false',
    'true or false',
    'serves the gateway with TLS, which its clients need to send credentials; goes with APPLEDGER_TLS_CERT',
    trueOrFalse,
  ),
  gatewayUsers: {
    ...variable(
      'APPLEDGER_GATEWAY_USERS',
      '',
      'name:password, several with commas between, each name once',
      'who may use the gateway; unset: whoever can connect',
      gatewayUsers,
    ),
    shown: () => '…',
  },
};

function variable<T>(
  name: string,
  fallback: string,
  takes: string,
  about: string,
  parse: (text: string) => T | undefined,
): Variable<T> {
  return { name, fallback, takes, about, parse };
}
