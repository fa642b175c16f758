/** What APPLEDGER_MONGODB_URL takes, as the help and the errors say it. */
export const MONGODB_URL_TAKES =
  'a connection string, mongodb://host:27017/appledger or mongodb+srv://user:password@cluster.example/appledger';

/** Where the documents are when the connection string names no database. */
const DEFAULT_DATABASE = 'appledger';

const HOST = /^([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;
/** Of a database's name MongoDB refuses more than this, on one system or another. */
const DATABASE = /^[a-z0-9_-]{1,63}$/i;
const CONNECTION_STRING = /^mongodb(\+srv)?:\/\/(?:[^:@/?]+(?::[^:@/?]*)?@)?([^/?@]+)(?:\/([^/?]*))?(?:\?(.*))?$/;

/**
 * Checks a connection string as far as it can be checked without the driver, which knows the options.
 *
 * @returns the text, or undefined when it is none
 */
export function mongoDbUrl(text: string): string | undefined {
  const [, srv, hosts = '', database = ''] = CONNECTION_STRING.exec(text) ?? [];
  const isDatabase = database === '' || DATABASE.test(database);
  const isOneName = srv === undefined || /^[a-z0-9_.-]+$/i.test(hosts);
  return hosts.split(',').every((host) => HOST.test(host)) && isOneName && isDatabase ? text : undefined;
}

/** The database that a connection string names. */
export function databaseIn(connectionString: string): string {
  return CONNECTION_STRING.exec(connectionString)?.[3] || DEFAULT_DATABASE;
}
