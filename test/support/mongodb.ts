/** The MongoDB that tests may use, or nothing: scripts/mongodb-server.mjs starts one. */
export const testMongoDbUrl = process.env.APPLEDGER_TEST_MONGODB_URL ?? '';

/** The connection string of one of its databases. */
export function databaseUrl(name: string, server = testMongoDbUrl): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
