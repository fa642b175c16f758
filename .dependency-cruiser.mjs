import { fileURLToPath } from 'node:url';

/**
 * Who may import whom. Each rule is proven by a planted violation in test/architecture/boundaries.spec.ts; a rule that
 * is added here without one fails there.
 */
const SPEC = '\\.spec\\.ts$';

/** A path of an npm package, installed or not (a package that is not installed keeps its bare name). */
const npm = (...names) => `^(node_modules/)?(${names.join('|')})(/|$)`;

/** Paths below libs/engine; what stands in `paths` may hold a regular expression. */
const engine = (...paths) => `^libs/engine/(${paths.join('|')})`;

/** Paths below libs/registry. */
const registry = (...paths) => `^libs/registry/(${paths.join('|')})`;

/** A part of the engine may import, of the engine, itself and the parts that are listed. */
const part = (name, allowed, comment) => ({
  name: `${name}-imports-what-it-is-built-on`,
  comment,
  severity: 'error',
  from: { path: engine(`${name}/`), pathNot: SPEC },
  to: { path: '^libs/engine/', pathNot: [name, ...allowed].map((folder) => engine(`${folder}/`)) },
});

/** The package is a driver: one folder knows it, so that it can be replaced there. */
const driver = (name, packages, homes) => ({
  name,
  comment: `Only ${homes.join(' and ')} may import ${packages.join(', ')}: everything else goes through the port.`,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: homes.map((home) => `^${home}/`) },
  to: { path: npm(...packages) },
});

/** A port of the engine: the interface of a store, without an adapter. */
const PORTS = engine('event-store/port', 'documents/port');
/** Files of a feature that decide and describe: functions and types without I/O, clock or package. */
const PURE = '\\.(events|state|evolve|decide|refusals)\\.ts$';
/** Files without a role in their name that hold pure functions and types; others read what the caller passes. */
const PURE_HELPERS = registry(
  'access/(caller|claim-path|identity|issued-token|role-permissions)\\.ts',
  'names/(name|name-bearers)\\.ts',
  'feed/(cloud-event|event-feed|feed-event|selection|start-points)\\.ts',
  'projects/load-project\\.ts',
  'projects/projections/projects/visible-project\\.ts',
  'applications/(application-keys|application-secrets|secret-(id|list|expiry))\\.ts',
  'credentials/(client-authentication|last-used)\\.ts',
  '[^/]+/[^/]+-(names|visibility)\\.ts',
  'shared/(owned|refusals)\\.ts',
);
/** What a feature offers to other features. */
const INDEX = '^libs/registry/[^/]+/index\\.ts$';
/** What refusals are declared with. */
const ERROR_CODES = engine('errors/(code|error-entry)\\.ts');
/** What event types and streams are declared with. */
const DECLARATIONS = engine('events/(event-definition|own-streams)\\.ts');
/** The errors of the ports and of the codec, which a call may fail with. */
const PORT_ERRORS =
  '^libs/engine/(event-store/port/event-store\\.errors|events/event\\.errors|documents/port/read-model(\\.errors)?)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'kernel-is-closed',
      comment: 'The kernel imports nothing outside itself, neither npm packages nor modules of Node.',
      severity: 'error',
      from: { path: engine('kernel/'), pathNot: SPEC },
      to: { pathNot: engine('kernel/') },
    },
    {
      name: 'engine-imports-no-registry',
      comment: 'The engine knows no client, organization or call of ZITADEL: it could be published by itself.',
      severity: 'error',
      from: { path: '^libs/engine/', pathNot: SPEC },
      to: { path: '^libs/registry/' },
    },
    part('errors', ['kernel'], 'An error that a client sees knows nothing of the protocol that carries it.'),
    part(
      'runtime',
      ['kernel', 'errors'],
      'Configuration, logging, TLS and shutdown serve every part, so they know none.',
    ),
    part('event-store', ['kernel', 'runtime'], 'An event store knows nothing of what is stored.'),
    part(
      'event-store-gateway',
      ['kernel', 'runtime', 'event-store/(port|embedded|protobuf)'],
      "The gateway serves EventStoreDB's protocol in front of the embedded store, and knows no other adapter.",
    ),
    part('documents', ['kernel', 'runtime'], 'A document store knows nothing of what is stored.'),
    part('events', ['kernel', 'event-store/port'], 'A codec knows how events are stored, and no store.'),
    part(
      'ledger',
      ['kernel', 'runtime', 'events', 'event-store/port', 'transparency'],
      'A ledger is kept of a log through its port, and knows no feature and no document.',
    ),
    part('contract', ['kernel', 'errors'], 'What protobuf descriptors say is read without I/O.'),
    part('transparency', [], 'Trees, tiles and signed notes know nothing of events, and of no store.'),
    part(
      'commands',
      ['kernel', 'errors', 'contract', 'runtime', 'events', 'event-store/port'],
      'A command decides on events; it reads no document and knows no adapter.',
    ),
    part(
      'consumer',
      ['kernel', 'runtime', 'event-store/port'],
      'A consumer follows the event log through its port, and knows no document.',
    ),
    part(
      'projector',
      ['kernel', 'errors', 'runtime', 'events', 'consumer', 'event-store/port', 'documents/(port|served)'],
      'The projector turns events into documents through the two ports.',
    ),
    part(
      'past',
      ['kernel', 'events', 'projector', 'event-store/port', 'documents/port'],
      'The past is told by events, in the documents that the steps of projections make of them.',
    ),
    {
      name: 'rpc-imports-no-store',
      comment: 'Serving a contract knows neither a store nor what the calls do.',
      severity: 'error',
      from: { path: engine('rpc/'), pathNot: SPEC },
      to: {
        path: '^libs/engine/',
        pathNot: [engine('rpc/', 'kernel/', 'errors/', 'contract/', 'runtime/'), PORT_ERRORS],
      },
    },
    part(
      'operations',
      ['kernel', 'errors', 'runtime', 'events', 'consumer', 'projector', 'event-store/port', 'documents/(port|served)'],
      'What operators ask of a process is answered through the ports, whatever stores stand behind them.',
    ),
    {
      name: 'decisions-are-pure',
      comment: 'Events, state, evolve, decide and refusals of a feature: no package, no I/O, no clock.',
      severity: 'error',
      from: { path: `^libs/registry/.*${PURE}` },
      to: {
        pathNot: [engine('kernel/'), DECLARATIONS, ERROR_CODES, INDEX, `^libs/registry/.*${PURE}`, PURE_HELPERS],
      },
    },
    {
      name: 'an-index-offers-what-is-pure',
      comment: 'An index offers pure functions, types and documents; what Nest injects stays within its feature.',
      severity: 'error',
      from: { path: INDEX },
      to: { pathNot: [`^libs/registry/.*${PURE}`, '\\.document\\.ts$', PURE_HELPERS] },
    },
    {
      name: 'what-an-index-offers-takes-no-package',
      comment: 'Pure helpers are used by decisions: no package, no module of Node.',
      severity: 'error',
      from: { path: PURE_HELPERS },
      to: { pathNot: '^libs/' },
    },
    {
      name: 'a-feature-is-imported-through-its-index',
      comment:
        'What a feature offers to others is in its index.ts; the rest can change without them. The composition makes the feed of a store without Nest.',
      severity: 'error',
      from: { path: '^libs/registry/([^/]+)/', pathNot: SPEC },
      to: {
        path: '^libs/registry/[^/]+/',
        pathNot: [
          '^libs/registry/$1/',
          registry('shared/', 'contract/', 'composition/', 'feed/pages-of-store\\.ts$'),
          '^libs/registry/[^/]+/index\\.ts$',
        ],
      },
    },
    {
      name: 'commands-read-no-documents',
      comment: 'A command decides on events: documents may be behind.',
      severity: 'error',
      from: { path: registry('[^/]+/commands/'), pathNot: SPEC },
      to: { path: [engine('documents/', 'projector/'), registry('[^/]+/(queries|projections)/')] },
    },
    {
      name: 'queries-read-documents',
      comment: 'A query reads documents; it knows neither events nor how the documents came to be.',
      severity: 'error',
      from: { path: registry('[^/]+/queries/'), pathNot: [SPEC, registry('history/')] },
      to: { path: [engine('event-store/', 'commands/'), registry('[^/]+/commands/'), '\\.projection\\.ts$'] },
    },
    {
      name: 'history-reads-events',
      comment: 'History is told by the events themselves: it reads no document, and writes nothing through a command.',
      severity: 'error',
      from: { path: registry('history/'), pathNot: SPEC },
      to: { path: [engine('documents/', 'projector/'), registry('[^/]+/(commands|projections)/')] },
    },
    {
      name: 'features-import-no-adapter',
      comment: 'A feature works on every store: it imports the ports.',
      severity: 'error',
      from: { path: '^libs/registry/', pathNot: [SPEC, registry('composition/')] },
      to: {
        path: engine('event-store/', 'event-store-gateway/', 'documents/'),
        pathNot: [PORTS, engine('documents/served/')],
      },
    },
    {
      name: 'only-apps-compose',
      comment: 'The composition knows every adapter, so that nothing else has to: only apps may use it.',
      severity: 'error',
      from: { path: '^libs/', pathNot: registry('composition/') },
      to: { path: registry('composition/') },
    },
    {
      name: 'adapters-are-strangers',
      comment: 'An adapter imports its port, the encoding and itself, no other adapter; a port imports no adapter.',
      severity: 'error',
      from: { path: '^libs/engine/(event-store|documents)/([^/]+)/', pathNot: SPEC },
      to: { path: '^libs/engine/$1/', pathNot: ['^libs/engine/$1/(port|protobuf|$2)/'] },
    },
    driver('only-embedded-documents-import-lmdb', ['lmdb'], ['libs/engine/documents/embedded']),
    driver(
      'only-its-adapter-imports-db-client',
      ['@eventstore/db-client', '@kurrent/kurrentdb-client'],
      // The gateway takes the service definitions that the client ships; the example is a program of a user.
      ['libs/engine/event-store/eventstoredb', 'libs/engine/event-store-gateway', 'apps/example-subscriber'],
    ),
    driver(
      'only-event-stores-import-grpc',
      ['@grpc/grpc-js'],
      ['libs/engine/event-store/eventstoredb', 'libs/engine/event-store-gateway'],
    ),
    driver('only-the-embedded-read-model-imports-mingo', ['mingo'], ['libs/engine/documents/embedded']),
    driver('only-its-adapter-imports-mongodb', ['mongodb'], ['libs/engine/documents/mongodb']),
    {
      name: 'nothing-imports-an-app',
      comment:
        'Apps compose; what two of them need belongs in libs. Tests start an app as a process, or through its module.',
      severity: 'error',
      from: { path: '^libs/|^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'the-example-stands-alone',
      comment: 'A user copies the example subscriber: it takes nothing of Appledger but what the network carries.',
      severity: 'error',
      from: { path: '^apps/example-subscriber/', pathNot: SPEC },
      to: { path: '^(apps|libs)/', pathNot: '^apps/example-subscriber/' },
    },
    {
      name: 'product-imports-no-test-code',
      comment: 'What runs in production does not depend on test/; specs beside the code may use its helpers.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: SPEC },
      to: { path: '^test/|\\.spec\\.ts$' },
    },
    {
      name: 'no-cycles',
      comment: 'Of two modules that import each other neither can be understood alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing imports and that imports nothing is forgotten.',
      severity: 'error',
      from: { orphan: true, path: '^libs/', pathNot: [SPEC, '\\.d\\.ts$'] },
      to: {},
    },
    {
      name: 'everything-resolves',
      comment: 'An import that cannot be resolved escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    webpackConfig: { fileName: fileURLToPath(new URL('.dependency-cruiser.resolve.mjs', import.meta.url)) },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
