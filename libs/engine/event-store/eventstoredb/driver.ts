import { EventStoreDBClient } from '@eventstore/db-client';
import { type CallOptions, type Channel, Client, connectivityState, credentials, type Metadata } from '@grpc/grpc-js';
import { clientUrl, EVENTSTORE_URL_TAKES, numberOption, withoutPassword } from '#libs/engine/runtime/eventstore-url.js';

/** The metadata (credentials, connection name) and options of a call. */
export type CallArguments = readonly [Metadata, CallOptions];

/** A connection to one node, for calls without the driver. */
export interface Wire {
  readonly client: Client;
  /** Creates the arguments of one call, without a deadline. */
  callArguments(): CallArguments;
  /** Calls the listener when the established connection breaks. gRPC itself would reconnect. */
  whenBroken(listener: () => void): void;
  /** Closes the connection, which gRPC would keep open. Make no call afterwards. */
  close(): void;
}

/** The members of the driver that are used and not part of its public types; its version is pinned. */
interface Internals {
  getChannel: () => Promise<Channel>;
  callArguments: (options: object, callOptions: CallOptions) => [Metadata, CallOptions];
}

/** The driver's own default, in milliseconds. */
const KEEP_ALIVE_TIMEOUT_MS = 10_000;

/** Uses the driver to parse the connection string, to find the node to connect to, and for the credentials of calls. */
export class Driver {
  readonly #internals: Internals;

  /**
   * @param url a connection string
   * @param attempt the number of the attempt to connect, from 0. gRPC shares a connection among channels with equal
   *   options, and with it the back-off after a failure, which grows to two minutes. The options of each attempt differ
   *   by a millisecond, so that it connects immediately
   * @throws Error the connection string cannot be used; the message does not show the password
   */
  constructor(url: string, attempt: number) {
    this.#internals = parse(withOwnOptions(url, attempt)) as unknown as Internals;
  }

  /** Finds the node, in a cluster the leader. The first call establishes the connection. @throws Error */
  async connect(): Promise<Wire> {
    const channel = await this.#internals.getChannel();
    const client = new Client(channel.getTarget(), credentials.createInsecure(), { channelOverride: channel });
    return {
      client,
      callArguments: () => this.#internals.callArguments({}, { deadline: Number.POSITIVE_INFINITY }),
      whenBroken: (listener) =>
        channel.watchConnectivityState(connectivityState.READY, Number.POSITIVE_INFINITY, listener),
      close: () => channel.close(),
    };
  }
}

function withOwnOptions(url: string, attempt: number): string {
  const timeout = numberOption(url, 'keepAliveTimeout') ?? KEEP_ALIVE_TIMEOUT_MS;
  if (timeout < 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}keepAliveTimeout=${timeout + attempt}`;
}

function parse(url: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(clientUrl(url));
  } catch (error) {
    // The parser's message quotes the connection string.
    const quotes = error instanceof Error && 'connectionString' in error;
    const why = quotes || !(error instanceof Error) ? `it takes ${EVENTSTORE_URL_TAKES}` : error.message;
    throw new Error(`APPLEDGER_EVENTSTORE_URL ${withoutPassword(url)} cannot be used: ${why}`);
  }
}
