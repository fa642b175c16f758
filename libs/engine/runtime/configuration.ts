import { isIP } from 'node:net';
import type { GatewayUser } from './configuration-values.js';
import { type LogFormat, type LogLevel, type Variable, variables } from './configuration-variables.js';
import { givenValue, namesOf } from './given-value.js';

/** What the environment says, checked. */
export interface Configuration {
  readonly host: string;
  /** 0 lets the system choose a free port. */
  readonly port: number;
  /** Where callers reach the server, without a slash at the end; undefined: where it listens. */
  readonly publicUrl: string | undefined;
  /** The port of /debug alone; undefined: it is served beside everything else. */
  readonly debugPort: number | undefined;
  /** Path of the certificate that the port is served with, as PEM; undefined: without TLS. */
  readonly tlsCert: string | undefined;
  /** Path of its private key; set together with the certificate. */
  readonly tlsKey: string | undefined;
  readonly dataDir: string;
  /** Connection string of EventStoreDB, password included; undefined: the embedded event store. */
  readonly eventStoreUrl: string | undefined;
  /** What the names of all streams begin with; empty: nothing. */
  readonly streamPrefix: string;
  /** Connection string of MongoDB, password included; undefined: the embedded read model. */
  readonly mongoDbUrl: string | undefined;
  /** Whether this process keeps the documents up to date, when it is its turn. */
  readonly projections: boolean;
  /** How long a query waits for what has been written to be in the documents, in milliseconds. */
  readonly readPatienceMs: number;
  /** Whether a query is as new as the event store was when it came, or as what this process has written. */
  readonly readConsistency: 'store' | 'node';
  /** Who signs the tokens; undefined: the development issuer. */
  readonly issuer: string | undefined;
  /** What a token's audience must hold; set together with the issuer. */
  readonly audience: string | undefined;
  readonly allowRemoteDevelopmentIssuer: boolean;
  /** What the development issuer keeps, when several servers share it; undefined: it lies in the data folder. */
  readonly developmentIssuerFile: string | undefined;
  /** What to type for a token of the development issuer; undefined: the program of this installation. */
  readonly tokenCommand: string | undefined;
  readonly rolesFile: string | undefined;
  /** Part of every id; undefined: drawn at start. */
  readonly nodeId: number | undefined;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Whether each request gets a line in the log. */
  readonly accessLog: boolean;
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
  /** Whether the gateway is served with the API's certificate. */
  readonly gatewayTls: boolean;
  /** Who may use the gateway; undefined: whoever can connect. */
  readonly gatewayUsers: readonly GatewayUser[] | undefined;
}

/** The environment holds values that cannot be used; the message lists every one of them. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Reads and checks the configuration.
 *
 * @param env usually process.env; an empty value counts as unset. Files that it names for secrets are read
 * @throws ConfigurationError names each variable that cannot be used, what it holds and what it takes
 */
export function readConfiguration(env: Readonly<Record<string, string | undefined>>): Configuration {
  const faults: string[] = [];
  const all: { readonly [Key in keyof Configuration]: Variable<Configuration[Key]> } = variables;
  const values = Object.entries(all).map(([key, variable]) => {
    const given = givenValue<unknown>(variable, env);
    if (given.fault !== undefined) faults.push(given.fault);
    return [key, given.value];
  });
  const configuration = Object.fromEntries(values) as Configuration;
  faults.push(...contradictions(configuration));
  if (faults.length > 0)
    throw new ConfigurationError(`${faults.join('\n')}\nnpm start -- --help lists every variable.`);
  return configuration;
}

/** The names of variables that start with APPLEDGER_ and mean nothing: most likely misspelt. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = new Set<string>(Object.values(variables).flatMap((variable) => [...namesOf(variable)]));
  return Object.keys(env).filter(
    (name) => name.startsWith('APPLEDGER_') && !known.has(name) && !name.startsWith('APPLEDGER_TEST_'),
  );
}

/** Every variable with what it takes and its default, as lines for a terminal. */
export function configurationHelp(): string {
  const rows = Object.values(variables).map((variable) => {
    const { takes, fallback, about } = variable;
    const [name, file] = namesOf(variable);
    const alone = `  ${name}\n      ${about}\n      takes ${takes}; default: ${fallback === '' ? 'unset' : fallback}`;
    return file === undefined ? alone : `${alone}; ${file} names a file that holds it`;
  });
  return rows.join('\n');
}

/** Says whether the host is this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function contradictions(configuration: Configuration): readonly string[] {
  return [
    ...portContradictions(configuration),
    ...tlsContradictions(configuration),
    ...issuerContradictions(configuration),
    ...gatewayContradictions(configuration),
    ...gatewayTlsContradictions(configuration),
    ...rateContradictions(configuration),
    ...projectionContradictions(configuration),
  ];
}

function portContradictions({ port, debugPort }: Configuration): readonly string[] {
  if (debugPort === undefined || debugPort === 0 || debugPort !== port) return [];
  return ['APPLEDGER_DEBUG_PORT is the same as APPLEDGER_PORT: choose another, or leave it out to serve /debug there'];
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

function gatewayTlsContradictions({ gatewayPort, gatewayTls, tlsCert, tlsKey }: Configuration): readonly string[] {
  // With one of the two alone it has been said already that they go together.
  if (gatewayPort === 'off' || !gatewayTls || tlsCert !== undefined || tlsKey !== undefined) return [];
  return [
    'APPLEDGER_GATEWAY_TLS goes with APPLEDGER_TLS_CERT and APPLEDGER_TLS_KEY: ' +
      'set all three, or leave it off to serve the gateway without TLS',
  ];
}

function rateContradictions({ rateLimit, rateBurst }: Configuration): readonly string[] {
  if (rateBurst === undefined || rateLimit !== undefined) return [];
  return ['APPLEDGER_RATE_BURST goes with APPLEDGER_RATE_LIMIT: set both, or the limit alone'];
}
