import { fileURLToPath } from 'node:url';

/**
 * Who may import whom. Each rule is proven by a planted violation in test/architecture/boundaries.spec.ts; a rule that
 * is added here without one fails there.
 */
const SPEC = '\\.spec\\.ts$';

/** A path of an npm package, installed or not (a package that is not installed keeps its bare name). */
const npm = (...names) => `^(node_modules/)?(${names.join('|')})(/|$)`;

/** Files of folders below libs; what stands in `folders` may hold a regular expression. */
const libs = (...folders) => `^libs/(${folders.join('|')})/`;

/** The folder's files may import what is listed and nothing else, neither npm packages nor Node's own modules. */
const closed = (name, folder, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: libs(folder), pathNot: SPEC },
  to: { pathNot: allowed },
});

/** The folder's files may import, of the project's own code, what is listed; npm packages are ruled elsewhere. */
const among = (name, folder, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: libs(folder), pathNot: SPEC },
  to: { path: '^libs/', pathNot: [libs(folder), ...allowed] },
});

/** The package is a driver: one folder knows it, so that it can be replaced there. */
const driver = (name, packages, homes) => ({
  name,
  comment: `Only ${homes.join(' and ')} may import ${packages.join(', ')}: everything else goes through the port.`,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: homes.map((home) => `^${home}/`) },
  to: { path: npm(...packages) },
});

const PORTS = libs('event-store/port', 'read-model/port');
/** What a request may fail with; the classes stand in the ports. */
const PORT_ERRORS = '^libs/(event-store/port/event-store\\.errors|read-model/port/read-model(\\.errors)?)\\.ts$';
const DOCUMENTS = '^libs/projections/.*\\.document\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    closed('kernel-is-closed', 'kernel', [libs('kernel')], 'The kernel imports nothing outside itself.'),
    closed(
      'domain-is-closed',
      'domain',
      [libs('domain', 'kernel')],
      'The domain is pure: no package, no I/O, no clock.',
    ),
    closed(
      'contract-is-closed',
      'contract',
      [
        libs('contract', 'domain', 'kernel', 'event-store/port'),
        npm('@zitadel/proto', '@bufbuild/protobuf', 'class-validator'),
      ],
      'What is public is described by the domain, the protobuf descriptors and validation rules alone.',
    ),
    {
      name: 'contract-takes-types-from-the-port',
      comment: 'The contract describes what the event store holds; it does not use the store.',
      severity: 'error',
      from: { path: libs('contract'), pathNot: SPEC },
      to: { path: libs('event-store/port'), dependencyTypesNot: ['type-only'] },
    },
    among(
      'platform-imports-the-contract',
      'platform',
      [libs('contract', 'kernel')],
      'The platform serves every layer, so it knows none.',
    ),
    among(
      'auth-imports-no-store',
      'auth',
      [libs('contract', 'kernel', 'platform')],
      'Who may do what is read from the token, not from a store.',
    ),
    among(
      'rpc-imports-no-store',
      'rpc',
      [libs('auth', 'contract', 'kernel', 'platform'), PORT_ERRORS],
      'Serving a contract knows neither a store nor what the calls do.',
    ),
    among(
      'commands-import-the-write-side',
      'commands',
      [libs('domain', 'kernel', 'contract', 'event-store/port', 'platform', 'auth')],
      'A command decides on events; it reads no document and knows no adapter.',
    ),
    among(
      'projections-import-events-and-ports',
      'projections',
      [libs('domain', 'contract', 'kernel', 'platform', 'read-model/served'), PORTS],
      'A projection turns events into documents through the two ports.',
    ),
    among(
      'queries-import-the-read-side',
      'queries',
      [libs('read-model/port', 'contract', 'kernel', 'platform'), DOCUMENTS],
      'A query reads documents; it knows neither events nor how the documents came to be.',
    ),
    among(
      'history-reads-events',
      'history',
      [libs('domain', 'contract', 'kernel', 'platform', 'event-store/port')],
      'History is told by the events themselves: it reads no document, and writes nothing through a command.',
    ),
    among(
      'subscribers-import-events',
      'subscribers',
      [libs('domain', 'contract', 'kernel', 'platform', 'event-store/port')],
      'A subscriber reacts to events through the port.',
    ),
    among(
      'event-store-imports-its-port',
      'event-store',
      [libs('kernel', 'platform')],
      'An event store knows nothing of what is stored.',
    ),
    among(
      'read-model-imports-its-port',
      'read-model',
      [libs('kernel', 'platform')],
      'A read model knows nothing of what is stored.',
    ),
    among(
      'operations-import-what-they-operate',
      'operations',
      [libs('projections', 'contract', 'kernel', 'platform', 'read-model/served'), PORTS],
      'What operators ask of a process is answered through the ports, whatever stores stand behind them.',
    ),
    among(
      'composition-serves-no-call',
      'composition',
      [libs('kernel', 'platform', 'event-store', 'read-model', 'projections', 'operations')],
      'The composition opens the stores that the configuration names, and puts projector and operations on them; calls are not its business.',
    ),
    {
      name: 'only-apps-compose',
      comment: 'The composition knows every adapter, so that nothing else has to: only apps may use it.',
      severity: 'error',
      from: { path: '^libs/', pathNot: libs('composition') },
      to: { path: libs('composition') },
    },
    {
      name: 'adapters-are-strangers',
      comment: 'An adapter imports its port, the encoding and itself, no other adapter; a port imports no adapter.',
      severity: 'error',
      from: { path: '^libs/(event-store|read-model)/([^/]+)/', pathNot: [SPEC, libs('event-store/gateway')] },
      to: { path: '^libs/$1/', pathNot: ['^libs/$1/(port|protobuf|$2)/'] },
    },
    {
      name: 'the-gateway-serves-the-embedded-store',
      comment: 'The gateway stands in front of the embedded store, bytes and all; it knows no other adapter.',
      severity: 'error',
      from: { path: libs('event-store/gateway'), pathNot: SPEC },
      to: { path: '^libs/event-store/', pathNot: libs('event-store/(gateway|port|embedded|protobuf)') },
    },
    driver('only-embedded-stores-import-lmdb', ['lmdb'], ['libs/event-store/embedded', 'libs/read-model/embedded']),
    driver(
      'only-its-adapter-imports-db-client',
      ['@eventstore/db-client', '@kurrent/kurrentdb-client'],
      // The gateway takes the service definitions that the client ships.
      ['libs/event-store/eventstoredb', 'libs/event-store/gateway'],
    ),
    driver(
      'only-event-stores-import-grpc',
      ['@grpc/grpc-js'],
      ['libs/event-store/eventstoredb', 'libs/event-store/gateway'],
    ),
    driver('only-the-embedded-read-model-imports-mingo', ['mingo'], ['libs/read-model/embedded']),
    driver('only-its-adapter-imports-mongodb', ['mongodb'], ['libs/read-model/mongodb']),
    {
      name: 'nothing-imports-an-app',
      comment:
        'Apps compose; what two of them need belongs in libs. Tests start an app as a process, or through its module.',
      severity: 'error',
      from: { path: '^libs/|^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
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
