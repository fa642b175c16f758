/**
 * Unit specs stand beside what they test; contract, acceptance, fault and architecture suites live under test/. What
 * Appledger does for its users is tested on both event stores: embedded, and through EventStoreDB's client.
 */
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

export default {
  projects: [
    {
      ...shared,
      displayName: 'embedded',
      testMatch: ['<rootDir>/libs/**/*.spec.ts', '<rootDir>/apps/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'eventstoredb',
      testMatch: ['<rootDir>/test/acceptance/{access,applications,create-api-app,history,keys,projects}/**/*.spec.ts'],
      setupFiles: ['<rootDir>/test/support/on-gateway.mjs'],
    },
  ],
  // Ends a test that hangs; none is meant to be measured by it, for machines differ.
  testTimeout: 120_000,
};
