import { MAX_NODE } from '#libs/engine/kernel/ids.js';
import {
  baseUrl,
  claimNames,
  commandLine,
  corsOrigins,
  eventStoreUrl,
  gatewayUsers,
  hostName,
  httpUrl,
  ledgerKey,
  mongoDbUrl,
  nonEmptyText,
  noteKeyName,
  numberUpTo,
  oneOf,
  onOrOff,
  path,
  portNumber,
  portNumberOrOff,
  positiveInteger,
  scopes,
  secretKeys,
  streamNamePrefix,
  trueOrFalse,
  witnessKeys,
} from './configuration-values.js';
import { type Variable, variable } from './configuration-variable.js';
import { withoutPassword } from './eventstore-url.js';

/** The highest limit on calls per second: no server reaches it. */
const MAX_RATE = 1_000_000;
/** The longest time that a query can be told to wait, in milliseconds. */
const MAX_READ_PATIENCE_MS = 60_000;

/** The highest limit on webhooks: each one is looked at with every event. */
const MAX_WEBHOOKS = 10_000;

/** The longest time for which a use protects a secret: ten years. */
const MAX_IN_USE_HOURS = 87_600;

/**
 * Every variable, by its name in {@link Configuration}. This table is the only place that describes a variable: the
 * type of the configuration, the check, the help and docs/configuration.md are derived from it.
 */
export const variables = {
  host: variable('APPLEDGER_HOST', hostName, 'address to listen on', { fallback: '127.0.0.1' }),
  port: variable('APPLEDGER_PORT', portNumber, 'port to listen on; 0: a free one', { fallback: '8080' }),
  publicUrl: variable(
    'APPLEDGER_PUBLIC_URL',
    baseUrl,
    'URL by which callers reach this server, behind a proxy or in a container; unset: the address it listens on',
  ),
  debugPort: variable(
    'APPLEDGER_DEBUG_PORT',
    portNumber,
    'separate port for /debug, without TLS; 0: a free one; unset: /debug is on APPLEDGER_PORT',
  ),
  tlsCert: variable(
    'APPLEDGER_TLS_CERT',
    path,
    'PEM file of the certificate and its chain; unset: the port is served without TLS',
  ),
  tlsKey: variable('APPLEDGER_TLS_KEY', path, 'PEM file of the private key; required with APPLEDGER_TLS_CERT'),
  dataDir: variable('APPLEDGER_DATA_DIR', path, 'folder of the embedded stores', { fallback: './data' }),
  newEventLog: variable(
    'APPLEDGER_NEW_EVENT_LOG',
    trueOrFalse,
    'begins a new event log where the embedded one is gone and its documents are still there',
    { fallback: 'false' },
  ),
  eventStoreUrl: variable(
    'APPLEDGER_EVENTSTORE_URL',
    eventStoreUrl,
    'EventStoreDB, see docs/distributed.md; unset: the embedded event store',
    { redact: withoutPassword },
  ),
  streamPrefix: variable(
    'APPLEDGER_STREAM_PREFIX',
    streamNamePrefix,
    'prefix of all stream names, so that several installations can share an event store',
    { unset: '' },
  ),
  mongoDbUrl: variable(
    'APPLEDGER_MONGODB_URL',
    mongoDbUrl,
    'MongoDB, see docs/distributed.md; unset: the embedded read model',
    { redact: withoutPassword },
  ),
  projections: variable(
    'APPLEDGER_PROJECTIONS',
    onOrOff,
    'on: this process runs the projections; off: it leaves them to apps/projector',
    { fallback: 'on' },
  ),
  readPatienceMs: variable(
    'APPLEDGER_READ_PATIENCE_MS',
    numberUpTo(MAX_READ_PATIENCE_MS, 'milliseconds'),
    'longest time that a query waits for the documents to be current; after it the answer is marked as stale',
    { fallback: '1000' },
  ),
  readConsistency: variable(
    'APPLEDGER_READ_CONSISTENCY',
    oneOf('store', 'node'),
    'store: a query sees everything that was in the event store when it arrived; node: everything that this process has written',
    { fallback: 'store' },
  ),
  issuer: variable('APPLEDGER_ISSUER', httpUrl, 'issuer of the tokens; unset: the development issuer'),
  audience: variable(
    'APPLEDGER_AUDIENCE',
    nonEmptyText,
    'audience that a token must have; required with APPLEDGER_ISSUER',
  ),
  docsClientId: variable(
    'APPLEDGER_DOCS_CLIENT_ID',
    nonEmptyText,
    'public client at APPLEDGER_ISSUER as which /docs signs in, with the redirect URI <this server>/docs/oauth2-redirect.html; unset: the user of /docs enters it',
  ),
  docsScopes: variable('APPLEDGER_DOCS_SCOPES', scopes, 'scopes for which /docs asks APPLEDGER_ISSUER', {
    fallback: 'openid',
  }),
  issuerClientId: variable(
    'APPLEDGER_ISSUER_CLIENT_ID',
    nonEmptyText,
    'client id of this server at the issuer, to ask its introspection endpoint about tokens that are no JWTs; unset: such tokens are refused',
  ),
  issuerClientSecret: variable(
    'APPLEDGER_ISSUER_CLIENT_SECRET',
    nonEmptyText,
    'secret of this server at the issuer; goes with APPLEDGER_ISSUER_CLIENT_ID',
    { redact: () => '…' },
  ),
  issuerIntrospectionUrl: variable(
    'APPLEDGER_ISSUER_INTROSPECTION_URL',
    httpUrl,
    "the issuer's introspection endpoint; unset: the one of its discovery document",
  ),
  userClaim: variable(
    'APPLEDGER_CLAIM_USER',
    nonEmptyText,
    "claim that holds the user's id, or a path to it with dots; see docs/issuers.md",
    { fallback: 'sub' },
  ),
  organizationClaim: variable(
    'APPLEDGER_CLAIM_ORGANIZATION',
    nonEmptyText,
    "claim that holds the user's organization",
    { fallback: 'urn:zitadel:iam:user:resourceowner:id' },
  ),
  rolesClaims: variable('APPLEDGER_CLAIM_ROLES', claimNames, 'claims that hold the roles', {
    fallback: 'urn:zitadel:iam:org:project:roles',
  }),
  clientClaims: variable(
    'APPLEDGER_CLAIM_CLIENT',
    claimNames,
    'claims that hold the client to which the token was issued; the first one that is a text counts',
    { fallback: 'client_id,azp' },
  ),
  allowRemoteDevelopmentIssuer: variable(
    'APPLEDGER_ALLOW_REMOTE_DEVELOPMENT_ISSUER',
    trueOrFalse,
    'allows the development issuer on a host that is not loopback',
    { fallback: 'false' },
  ),
  developmentIssuerFile: variable(
    'APPLEDGER_DEVELOPMENT_ISSUER_FILE',
    path,
    "file of the development issuer's key and first project, shared by several servers; unset: in the data folder",
  ),
  tokenCommand: variable(
    'APPLEDGER_TOKEN_COMMAND',
    commandLine,
    'command that prints a token, shown at the start and on /; unset: the one of this installation',
  ),
  assertionSingleUse: variable(
    'APPLEDGER_ASSERTION_SINGLE_USE',
    trueOrFalse,
    'refuses an assertion with a jti that this process has accepted before; clients that cache assertions need false',
    { fallback: 'false' },
  ),
  rolesFile: variable(
    'APPLEDGER_ROLES_FILE',
    path,
    'JSON file of roles and their permissions; unset: the built-in table',
  ),
  secretInUseHours: variable(
    'APPLEDGER_SECRET_IN_USE_HOURS',
    numberUpTo(MAX_IN_USE_HOURS, 'hours'),
    'a client secret that was used within so many hours is disabled or removed by force only; 0: none is protected',
    { fallback: '24' },
  ),
  jwksPrivateAddresses: variable(
    'APPLEDGER_JWKS_PRIVATE_ADDRESSES',
    trueOrFalse,
    "allows the URL of a client's keys to have http, and to lead to loopback and private addresses; never to the metadata of a cloud",
    { fallback: 'false' },
  ),
  webhooksKey: variable(
    'APPLEDGER_WEBHOOKS_KEY',
    secretKeys,
    'keys from which the signing secrets of webhooks are derived: the first makes new secrets, the others keep former ones; see docs/webhooks.md; unset: a file in the data folder, and with APPLEDGER_EVENTSTORE_URL none, so that no webhook can be added',
    { redact: () => '…' },
  ),
  webhooksAllowPrivate: variable(
    'APPLEDGER_WEBHOOKS_ALLOW_PRIVATE',
    trueOrFalse,
    'allows the URLs of webhooks to have http, and to lead to loopback and private addresses; never to the metadata of a cloud',
    { fallback: 'false' },
  ),
  webhooksMax: variable(
    'APPLEDGER_WEBHOOKS_MAX',
    numberUpTo(MAX_WEBHOOKS, 'webhooks'),
    'webhooks that each organization may have, and that there may be of all organizations; 0: none can be added',
    { fallback: '100' },
  ),
  webhooksDeliver: variable(
    'APPLEDGER_WEBHOOKS_DELIVER',
    trueOrFalse,
    'false: this process never sends events to webhooks; for one that reaches no receivers, beside another one that does',
    { fallback: 'true' },
  ),
  nodeId: variable(
    'APPLEDGER_NODE_ID',
    numberUpTo(MAX_NODE),
    'part of every id, different in each process; unset: chosen at start',
  ),
  logLevel: variable(
    'APPLEDGER_LOG_LEVEL',
    oneOf('debug', 'info', 'warn', 'error', 'silent'),
    'lowest level that is logged',
    { fallback: 'info' },
  ),
  logFormat: variable(
    'APPLEDGER_LOG_FORMAT',
    oneOf('auto', 'json', 'pretty'),
    'format of log lines; auto: pretty on a terminal, otherwise json',
    { fallback: 'auto' },
  ),
  accessLog: variable(
    'APPLEDGER_ACCESS_LOG',
    onOrOff,
    'on: one log line for each request, at level info, and at level debug for probes',
    { fallback: 'on' },
  ),
  corsOrigins: variable(
    'APPLEDGER_CORS_ORIGINS',
    corsOrigins,
    'origins whose pages may call from a browser; unset: none but its own',
  ),
  rateLimit: variable(
    'APPLEDGER_RATE_LIMIT',
    positiveInteger(MAX_RATE),
    'calls per second for each user, or for each address without a user; unset: no limit',
  ),
  rateBurst: variable(
    'APPLEDGER_RATE_BURST',
    positiveInteger(MAX_RATE),
    'calls at once for each caller; only with APPLEDGER_RATE_LIMIT; unset: twice that limit',
  ),
  ledger: variable('APPLEDGER_LEDGER', onOrOff, 'on: this process keeps the ledger, see docs/ledger.md', {
    fallback: 'on',
  }),
  ledgerDir: variable(
    'APPLEDGER_LEDGER_DIR',
    path,
    'folder of the ledger, of this process alone; unset: ledger in the data folder; without a data folder there is no ledger',
  ),
  ledgerKey: variable(
    'APPLEDGER_LEDGER_KEY',
    ledgerKey,
    'private key that signs the checkpoints of the ledger; unset: one that is generated in its folder',
    { redact: () => '…' },
  ),
  ledgerOrigin: variable(
    'APPLEDGER_LEDGER_ORIGIN',
    noteKeyName,
    'name of the ledger and of its key, when the key is generated; unset: it is named after the key',
  ),
  ledgerPublic: variable(
    'APPLEDGER_LEDGER_PUBLIC',
    trueOrFalse,
    "serves the ledger's checkpoints and hashes to everybody; false: to roles that may read all events",
    { fallback: 'false' },
  ),
  ledgerWitnesses: variable(
    'APPLEDGER_LEDGER_WITNESSES',
    witnessKeys,
    'keys of the witnesses whose cosignatures the ledger takes; unset: none',
  ),
  gatewayPort: variable(
    'APPLEDGER_GATEWAY_PORT',
    portNumberOrOff,
    "port that serves the embedded event store to EventStoreDB's clients; 0: a free one",
    { fallback: '2113' },
  ),
  gatewayHost: variable(
    'APPLEDGER_GATEWAY_HOST',
    hostName,
    'address for APPLEDGER_GATEWAY_PORT; one that is not loopback requires APPLEDGER_GATEWAY_USERS',
    { fallback: '127.0.0.1' },
  ),
  gatewayWritable: variable(
    'APPLEDGER_GATEWAY_WRITABLE',
    trueOrFalse,
    "allows EventStoreDB's clients to append, delete, and manage persistent subscriptions",
    { fallback: 'false' },
  ),
  gatewayTls: variable(
    'APPLEDGER_GATEWAY_TLS',
    trueOrFalse,
    'serves the gateway with TLS, which its clients need to send credentials; requires APPLEDGER_TLS_CERT',
    { fallback: 'false' },
  ),
  gatewayUsers: variable(
    'APPLEDGER_GATEWAY_USERS',
    gatewayUsers,
    'users of the gateway; unset: it asks for no credentials',
    { redact: () => '…' },
  ),
};

/** What the environment configures, checked. A variable that is unset and has no default is undefined. */
export type Configuration = { readonly [Key in keyof typeof variables]: ValueOf<(typeof variables)[Key]> };

type ValueOf<V> = V extends Variable<infer T> ? T : never;
