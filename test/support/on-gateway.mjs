/** Runs a spec's servers on EventStoreDB's protocol: see onGateway in server.ts. */
process.env.APPLEDGER_TEST_STORE = 'gateway';
