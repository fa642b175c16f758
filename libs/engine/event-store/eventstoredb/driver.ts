import { EventStoreDBClient } from '@eventstore/db-client';
import { type CallOptions, type Channel, Client, connectivityState, credentials, type Metadata } from '@grpc/grpc-js';
import { clientUrl, EVENTSTORE_URL_TAKES, numberOption, withoutPassword } from '#libs/engine/runtime/eventstore-url.js';

/** What a call sends along: who calls, and under which name. */
export type CallArguments = readonly [Metadata, CallOptions];

/** A connection to one node, for calls that are made by hand. */
export interface Wire {
  readonly client: Client;
  /** For each call anew; the call has no deadline. */
  callArguments(): CallArguments;
  /** Calls the listener when the connection, which has been made, breaks. gRPC itself would make another one. */
  whenBroken(listener: () => void): void;
  /** Lets go of the connection, which gRPC would keep. Begin no call afterwards. */
  close(): void;
}

/** What is used of the driver beyond its public types; its version is pinned. */
interface Internals {
  getChannel: () => Promise<Channel>;
  callArguments: (options: object, callOptions: CallOptions) => [Metadata, CallOptions];
}

/** The driver's own default, in milliseconds. */
const KEEP_ALIVE_TIMEOUT_MS = 10_000;

/** Reads the connection string, finds the node to connect to, and says who calls: what the driver is used for. */
export class Driver {
  readonly #internals: Internals;

  /**
   * @param url a connection string
   * @param attempt which attempt to connect this is, from 0. gRPC shares a connection among channels with equal
   *   options, and with it the wait after a failure, which grows to two minutes. Each attempt has options of its own, a
   *   millisecond apart, so that it is made when it is asked for
   * @throws Error the connection string cannot be used; the message does not show the password
   */
  constructor(url: string, attempt: number) {
    this.#internals = parse(withOwnOptions(url, attempt)) as unknown as Internals;
  }

  /** Finds the node, in a cluster the leader. The connection is made when the first call needs it. @throws Error */
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
    // The parser's own message quotes the string.
    const quotes = error instanceof Error && 'connectionString' in error;
    const why = quotes || !(error instanceof Error) ? `it takes ${EVENTSTORE_URL_TAKES}` : error.message;
    throw new Error(`APPLEDGER_EVENTSTORE_URL ${withoutPassword(url)} cannot be used: ${why}`);
  }
}
