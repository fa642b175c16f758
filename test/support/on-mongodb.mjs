/** Runs a spec's servers on MongoDB: see onMongoDb in server.ts. */
process.env.APPLEDGER_TEST_STORE = 'mongodb';
