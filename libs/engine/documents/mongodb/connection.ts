import { setTimeout as delay } from 'node:timers/promises';
import { type Db, MongoClient, type MongoClientOptions, ServerType, type TopologyDescription } from 'mongodb';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import { withoutPassword } from '#libs/engine/runtime/eventstore-url.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { databaseIn, MONGODB_URL_TAKES } from '#libs/engine/runtime/mongodb-url.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';
import { COMMAND_LIMIT_MS, CONNECT_LIMIT_MS, HEARTBEAT_MS, MAX_CONNECTIONS, SELECTION_LIMIT_MS } from './limits.js';
import { portError, unavailable } from './mongodb-errors.js';

const OPTIONS: MongoClientOptions = {
  appName: 'appledger',
  useBigInt64: true, // Positions are exact; a document's own numbers are never stored as 64-bit integers.
  ignoreUndefined: true, // As in JSON.
  readPreference: 'primary', // A reader sees its own writes.
  writeConcern: { w: 'majority', wtimeoutMS: COMMAND_LIMIT_MS },
  serverSelectionTimeoutMS: SELECTION_LIMIT_MS,
  connectTimeoutMS: CONNECT_LIMIT_MS,
  socketTimeoutMS: COMMAND_LIMIT_MS,
  waitQueueTimeoutMS: COMMAND_LIMIT_MS,
  heartbeatFrequencyMS: HEARTBEAT_MS,
  maxPoolSize: MAX_CONNECTIONS,
  retryReads: false, // Waiting a second time for a server that does not answer has no use.
};

/** The types of servers that accept writes. */
const WRITABLE: readonly string[] = [
  ServerType.Standalone,
  ServerType.RSPrimary,
  ServerType.Mongos,
  ServerType.LoadBalancer,
];

/**
 * The connection to MongoDB, up or down. The driver monitors the servers; while none of them accepts writes, calls fail
 * without being sent.
 */
export class Connection {
  readonly #closing = new AbortController();
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #calls = new Set<Promise<unknown>>();
  #failure: ReadModelUnavailableError | undefined = unavailable('it has not been connected to yet');
  #firstAttempt: Promise<boolean> = Promise.resolve(false);
  #connecting: Promise<void> = Promise.resolve();
  #told = false;
  #closed: Promise<void> | undefined;

  private constructor(
    private readonly url: string,
    private readonly log: Log,
  ) {
    this.#client = createClient(url);
    this.#db = this.#client.db(databaseIn(url));
    this.#client.on('topologyDescriptionChanged', ({ newDescription }) => this.#changed(newDescription));
  }

  /**
   * Connects. If the server cannot be reached, it logs that and retries.
   *
   * @throws Error the connection string cannot be used; the message does not show the password
   */
  static async open(url: string, log: Log): Promise<Connection> {
    const connection = new Connection(url, log);
    connection.#firstAttempt = connection.#attempt();
    connection.#connecting = connection.#connect();
    await connection.#firstAttempt;
    return connection;
  }

  /** Whether a server accepts calls. */
  get isUp(): boolean {
    return this.#failure === undefined;
  }

  /** The database. @throws ReadModelUnavailableError it cannot be reached, or this has been closed */
  db(): Db {
    if (this.#closed !== undefined) throw closed();
    if (this.#failure !== undefined) throw this.#failure;
    return this.#db;
  }

  /** Runs work on the database; {@link close} waits for it. @throws ReadModelUnavailableError */
  async run<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const call = work(this.db());
    this.#calls.add(call);
    try {
      return await call;
    } catch (error) {
      throw portError(error);
    } finally {
      this.#calls.delete(call);
    }
  }

  /** Waits for the calls under way and closes all connections. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#calls);
    await this.#connecting;
    await this.#client.close();
  }

  /** Retries until the first connection, because the driver retries only after it has been connected once. */
  async #connect(): Promise<void> {
    const { signal } = this.#closing;
    let connected = await this.#firstAttempt;
    for (let failures = 1; !connected && !signal.aborted; failures += 1) {
      await delay(waitAfter(failures), undefined, { signal }).catch(() => undefined); // closing
      if (!signal.aborted) connected = await this.#attempt();
    }
  }

  async #attempt(): Promise<boolean> {
    try {
      await this.#client.connect();
      return true;
    } catch (error) {
      this.#down(error);
      return false;
    }
  }

  #changed({ servers }: TopologyDescription): void {
    const known = [...servers.values()];
    if (known.some(({ type }) => WRITABLE.includes(type))) this.#up();
    else if (this.isUp) this.#down(known.find(({ error }) => error !== null)?.error ?? 'no server takes writes');
  }

  #up(): void {
    this.#failure = undefined;
    if (this.#told) this.log.info({ server: withoutPassword(this.url) }, 'MongoDB can be used');
    this.#told = false;
  }

  #down(error: unknown): void {
    this.#failure = unavailable(error);
    if (this.#told || this.#closing.signal.aborted) return;
    const server = withoutPassword(this.url);
    this.log.warn({ server, reason: this.#failure.message }, 'MongoDB cannot be used; trying again until it can');
    this.#told = true;
  }
}

function createClient(url: string): MongoClient {
  try {
    return new MongoClient(url, OPTIONS);
  } catch (error) {
    // The parser's message may quote the connection string, password included.
    const text = messageOf(error);
    const why = text.includes('://') ? `it takes ${MONGODB_URL_TAKES}` : text;
    throw new Error(`APPLEDGER_MONGODB_URL ${withoutPassword(url)} cannot be used: ${why}`);
  }
}

function closed(): ReadModelUnavailableError {
  return new ReadModelUnavailableError('the read model in MongoDB has been closed: open it again');
}
