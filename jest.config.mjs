/**
 * Unit specs stand beside what they test; contract, acceptance, fault and architecture suites live under test/. What
 * Appledger does for its users is tested on both event stores: embedded, and through EventStoreDB's client; and on
 * MongoDB where APPLEDGER_TEST_MONGODB_URL names one. Without it the specs that need one say that they are skipped.
 */
const acceptance = (...folders) => `<rootDir>/test/acceptance/{${folders}}/**/*.spec.ts`;
const ON_MONGODB = [
  '<rootDir>/test/contract/{read-model,latest-times,lasting-entries}/mongodb.spec.ts',
  '<rootDir>/test/faults/mongodb-*.spec.ts',
  '<rootDir>/test/acceptance/split/*.spec.ts',
];
const hasMongoDb = Boolean(process.env.APPLEDGER_TEST_MONGODB_URL);
/** Also runs what depends little on the stores, such as tokens and credentials, on each of them. */
const isThorough = process.env.APPLEDGER_TEST_THOROUGH === 'true';

const shared = {
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': '@swc/jest',
    '/node_modules/cookie/.+\\.js$': '@swc/jest',
  },
  transformIgnorePatterns: ['/node_modules/(?!(cookie)/)'],
  moduleNameMapper: {
    '^#libs/(.*)\\.js$': '<rootDir>/libs/$1.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

const mongodb = {
  ...shared,
  displayName: 'mongodb',
  testMatch: [
    acceptance('create-api-app', 'freshness', 'lists', 'webhooks'),
    '<rootDir>/test/acceptance/history/as-of.spec.ts',
    ...(isThorough ? [acceptance('access', 'history', 'keys', 'ledger', 'projects', 'secrets')] : []),
    ...ON_MONGODB,
  ],
  setupFiles: ['<rootDir>/test/support/on-mongodb.mjs'],
};

export default {
  projects: [
    {
      ...shared,
      displayName: 'embedded',
      testMatch: [
        ...['libs', 'apps', 'test'].map((folder) => `<rootDir>/${folder}/**/*.spec.ts`),
        ...(hasMongoDb ? ON_MONGODB.map((specs) => specs.replace('<rootDir>', '!**')) : []),
      ],
    },
    {
      ...shared,
      displayName: 'eventstoredb',
      testMatch: [
        acceptance('applications', 'create-api-app', 'feed', 'history', 'ledger', 'projects', 'webhooks'),
        ...(isThorough ? [acceptance('access', 'keys', 'secrets')] : []),
      ],
      setupFiles: ['<rootDir>/test/support/on-gateway.mjs'],
    },
    ...(hasMongoDb ? [mongodb] : []),
  ],
  // Most of the specs wait for servers that they have started: one less than the processors, jest's own choice, is few.
  maxWorkers: '100%',
  // A worker keeps the modules of every spec that it has run: gigabytes in a whole run, which slow its garbage collection.
  workerIdleMemoryLimit: '600MB',
  // Ends a test that hangs; none is meant to be measured by it, for machines differ.
  testTimeout: 120_000,
};
