import { createRequire } from 'node:module';
import type { ConnectionString } from 'mongodb-connection-string-url';

/** The values of APPLEDGER_MONGODB_URL in words, for errors and the help. */
export const MONGODB_URL_TAKES =
  'a connection string, mongodb://host:27017/appledger or mongodb+srv://user:password@cluster.example/appledger';

/** The database when the connection string names none. */
const DEFAULT_DATABASE = 'appledger';

const HOST = /^([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;
/** The path of a Unix socket, percent-encoded as MongoDB's connection strings have it. */
const SOCKET = /^%2f.+\.sock$/i;
/** MongoDB refuses other names of databases on one operating system or another. */
const DATABASE = /^[a-z0-9_-]{1,63}$/i;

/**
 * Checks a connection string without connecting. Its options are left to the driver, which checks them when it connects.
 *
 * @returns the text, or undefined when it is not a connection string
 */
export function mongoDbUrl(text: string): string | undefined {
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  const database = databaseOf(parsed);
  const isDatabase = database === '' || DATABASE.test(database);
  return isDatabase && parsed.hosts.every((host) => HOST.test(host) || SOCKET.test(host)) ? text : undefined;
}

/** The database that a valid connection string names. */
export function databaseIn(connectionString: string): string {
  const parsed = parse(connectionString);
  return (parsed && databaseOf(parsed)) || DEFAULT_DATABASE;
}

function databaseOf({ pathname }: ConnectionString): string {
  return pathname.slice(1);
}

/** Parses with the driver's own parser. It is loaded only when a connection string is set: it takes long to load. */
function parse(text: string): ConnectionString | undefined {
  const library: typeof import('mongodb-connection-string-url') = require('mongodb-connection-string-url');
  try {
    return new library.ConnectionString(text);
  } catch {
    return undefined;
  }
}

const require = createRequire(import.meta.url);
