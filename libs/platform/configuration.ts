import { isIP } from 'node:net';
import { MAX_NODE } from '#libs/kernel/ids.js';
import {
  corsOrigins,
  from1,
  type GatewayUser,
  gatewayUsers,
  hostName,
  nonEmpty,
  onOrOff,
  trueOrFalse,
  url,
  whole,
} from './configuration-values.js';
import { EVENTSTORE_URL_TAKES, eventStoreUrl, withoutPassword } from './eventstore-url.js';
import { MONGODB_URL_TAKES, mongoDbUrl } from './mongodb-url.js';

/** What the environment says, checked. */
export interface Configuration {
  readonly host: string;
  /** 0 lets the system choose a free port. */
  readonly port: number;
  /** Path of the certificate that the port is served with, as PEM; undefined: without TLS. */
  readonly tlsCert: string | undefined;
  /** Path of its private key; set together with the certificate. */
  readonly tlsKey: string | undefined;
  readonly dataDir: string;
  /** Connection string of EventStoreDB, password included; undefined: the embedded event store. */
  readonly eventStoreUrl: string | undefined;
  /** Connection string of MongoDB, password included; undefined: the embedded read model. */
  readonly mongoDbUrl: string | undefined;
  /** Whether this process keeps the documents up to date, when it is its turn. */
  readonly projections: boolean;
  /** How long a query waits for what has been written to be in the documents, in milliseconds. */
  readonly readPatienceMs: number;
  /** Who signs the tokens; undefined: the development issuer. */
  readonly issuer: string | undefined;
  /** What a token's audience must hold; set together with the issuer. */
  readonly audience: string | undefined;
  readonly allowRemoteDevelopmentIssuer: boolean;
  readonly rolesFile: string | undefined;
  /** Part of every id; undefined: drawn at start. */
  readonly nodeId: number | undefined;
  readonly logLevel: LogLevel;
  /** The origins whose pages may call; undefined: none. */
  readonly corsOrigins: readonly string[] | '*' | undefined;
  /** Calls a second that each caller may make; undefined: any number. */
  readonly rateLimit: number | undefined;
  /** Calls at once that each caller may make; undefined: twice the rate. */
  readonly rateBurst: number | undefined;
  /** Where the embedded event store is served to EventStoreDB's clients; 0 lets the system choose. */
  readonly gatewayPort: number | 'off';
  readonly gatewayHost: string;
  /** Whether the gateway takes appends and deletes. */
  readonly gatewayWritable: boolean;
  /** Who may use the gateway; undefined: whoever can connect. */
  readonly gatewayUsers: readonly GatewayUser[] | undefined;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** The environment holds values that cannot be used; the message lists every one of them. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

interface Variable<T> {
  readonly name: string;
  /** What it takes, as the help and the errors say it. */
  readonly takes: string;
  readonly about: string;
  /** What stands in the help when the variable is unset. */
  readonly fallback: string;
  /** The value, or undefined when the text is none. The fallback goes through it too, unless it is empty. */
  readonly parse: (text: string) => T | undefined;
  /** The text as an error may show it, when not all of it may be shown. */
  readonly shown?: (text: string) => string;
}

const variables = {
  host: variable('APPLEDGER_HOST', '127.0.0.1', 'an IP address or host name', 'address to listen on', hostName),
  port: variable(
    'APPLEDGER_PORT',
    '8080',
    'a port from 0 to 65535',
    'port to listen on; 0 takes a free one',
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
} satisfies { readonly [Key in keyof Configuration]: Variable<Configuration[Key]> };

/**
 * Reads and checks the configuration.
 *
 * @param env usually process.env; an empty value counts as unset
 * @throws ConfigurationError names each variable that cannot be used, what it holds and what it takes
 */
export function readConfiguration(env: Readonly<Record<string, string | undefined>>): Configuration {
  const faults: string[] = [];
  const values = Object.entries(variables).map(([key, variable]) => {
    const { name, takes, fallback, parse, shown }: Variable<unknown> = variable;
    const text = env[name] || fallback;
    const value = text === '' ? undefined : parse(text);
    if (text !== '' && value === undefined)
      faults.push(`${name} takes ${takes} (got ${JSON.stringify(shown?.(text) ?? text)})`);
    return [key, value];
  });
  const configuration = Object.fromEntries(values) as Configuration;
  faults.push(...contradictions(configuration));
  if (faults.length > 0)
    throw new ConfigurationError(`${faults.join('\n')}\nnpm start -- --help lists every variable.`);
  return configuration;
}

/** The names of variables that start with APPLEDGER_ and mean nothing: most likely misspelt. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = new Set<string>(Object.values(variables).map(({ name }) => name));
  return Object.keys(env).filter(
    (name) => name.startsWith('APPLEDGER_') && !known.has(name) && !name.startsWith('APPLEDGER_TEST_'),
  );
}

/** Every variable with what it takes and its default, as lines for a terminal. */
export function configurationHelp(): string {
  const rows = Object.values(variables).map(({ name, takes, fallback, about }) => {
    return `  ${name}\n      ${about}\n      takes ${takes}; default: ${fallback === '' ? 'unset' : fallback}`;
  });
  return rows.join('\n');
}

/** Says whether the host is this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function contradictions(configuration: Configuration): readonly string[] {
  return [
    ...tlsContradictions(configuration),
    ...issuerContradictions(configuration),
    ...gatewayContradictions(configuration),
    ...rateContradictions(configuration),
    ...projectionContradictions(configuration),
  ];
}

function tlsContradictions({ tlsCert, tlsKey }: Configuration): readonly string[] {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return [];
  return ['APPLEDGER_TLS_CERT and APPLEDGER_TLS_KEY go together: set both, or neither to serve without TLS'];
}

function projectionContradictions({ projections, mongoDbUrl }: Configuration): readonly string[] {
  if (projections !== false || mongoDbUrl !== undefined) return [];
  return [
    'APPLEDGER_PROJECTIONS is off, and nobody else can run the projections of an embedded read model: ' +
      'set APPLEDGER_MONGODB_URL, or leave it on',
  ];
}

function issuerContradictions(configuration: Configuration): readonly string[] {
  const { host, issuer, audience, allowRemoteDevelopmentIssuer } = configuration;
  if ((issuer === undefined) !== (audience === undefined)) {
    return ['APPLEDGER_ISSUER and APPLEDGER_AUDIENCE go together: set both, or neither for the development issuer'];
  }
  if (host !== undefined && issuer === undefined && !isLoopback(host) && !allowRemoteDevelopmentIssuer) {
    return [
      `APPLEDGER_HOST is ${JSON.stringify(host)}, which others can reach, and the development issuer gives a token to whoever can read its key: ` +
        'set APPLEDGER_ISSUER and APPLEDGER_AUDIENCE, or APPLEDGER_ALLOW_REMOTE_DEVELOPMENT_ISSUER=true if you mean it',
    ];
  }
  return [];
}

function gatewayContradictions({ gatewayHost, gatewayPort, gatewayUsers: users }: Configuration): readonly string[] {
  if (gatewayPort === 'off' || gatewayHost === undefined || isLoopback(gatewayHost) || users !== undefined) return [];
  return [
    `APPLEDGER_GATEWAY_HOST is ${JSON.stringify(gatewayHost)}, which others can reach, and whoever connects could read every event: ` +
      'set APPLEDGER_GATEWAY_USERS, or use 127.0.0.1',
  ];
}

function rateContradictions({ rateLimit, rateBurst }: Configuration): readonly string[] {
  if (rateBurst === undefined || rateLimit !== undefined) return [];
  return ['APPLEDGER_RATE_BURST goes with APPLEDGER_RATE_LIMIT: set both, or the limit alone'];
}

function variable<T>(
  name: string,
  fallback: string,
  takes: string,
  about: string,
  parse: (text: string) => T | undefined,
): Variable<T> {
  return { name, fallback, takes, about, parse };
}
