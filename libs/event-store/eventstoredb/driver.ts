import { EventStoreDBClient } from '@eventstore/db-client';
import { EVENTSTORE_URL_TAKES, numberOption, withoutPassword } from '#libs/platform/eventstore-url.js';

/** A client, and a way to let go of its connection, which it would keep. */
export interface Driver {
  readonly client: EventStoreDBClient;
  /** Calls under way are answered, or reach their deadline. Begin none afterwards. */
  close(): void;
}

/** What is used of the client beyond its public types; its version is pinned. */
interface Internals {
  supports: () => Promise<boolean>;
  handleError: () => Promise<void>;
  getChannel: () => Promise<{ close(): void }>;
}

/** The client's own default, in milliseconds. */
const KEEP_ALIVE_TIMEOUT_MS = 10_000;

/**
 * Makes a client; nothing is called yet.
 *
 * @param url a connection string
 * @param attempt which attempt to connect this is, from 0. gRPC shares a connection among channels with equal options,
 *   and with it the wait after a failure, which grows to two minutes. Each attempt has options of its own, a
 *   millisecond apart, so that it is made when it is asked for
 * @throws Error the connection string cannot be used; the message does not show the password
 */
export function createDriver(url: string, attempt: number): Driver {
  const client = parse(withOwnOptions(url, attempt));
  const internals = client as unknown as Internals;
  useNoBatchAppend(internals);
  neverReconnect(internals);
  const { getChannel } = internals;
  let connected: Promise<{ close(): void }> | undefined;
  internals.getChannel = () => {
    connected = getChannel();
    return connected;
  };
  return {
    client,
    close() {
      // A call that has been begun reaches the channel some promises later; by then it must not be closed.
      connected?.then((channel) => setImmediate(() => channel.close())).catch(() => undefined); // It never connected.
    },
  };
}

/**
 * The client keeps the batch appends of all its streams in one table of the module: a stream that breaks rejects the
 * appends of the others too, and an answer that then comes for one of these throws where nobody catches it, which ends
 * the process. Nor has a batch append a deadline. Append is a call of its own for each append, with a deadline.
 */
function useNoBatchAppend(internals: Internals): void {
  internals.supports = async () => false;
}

/**
 * After an error the client closes its channel. A call that is just being begun then throws where nobody catches it,
 * which ends the process; and so does looking for a cluster's leader in vain. Who uses the client makes a new one.
 */
function neverReconnect(internals: Internals): void {
  internals.handleError = async () => undefined;
}

function withOwnOptions(url: string, attempt: number): string {
  const timeout = numberOption(url, 'keepAliveTimeout') ?? KEEP_ALIVE_TIMEOUT_MS;
  if (timeout < 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}keepAliveTimeout=${timeout + attempt}`;
}

function parse(url: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(url);
  } catch (error) {
    // The parser's own message quotes the string.
    const quotes = error instanceof Error && 'connectionString' in error;
    const why = quotes || !(error instanceof Error) ? `it takes ${EVENTSTORE_URL_TAKES}` : error.message;
    throw new Error(`APPLEDGER_EVENTSTORE_URL ${withoutPassword(url)} cannot be used: ${why}`);
  }
}
