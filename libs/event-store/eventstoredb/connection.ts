import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { waitAfter } from '#libs/kernel/back-off.js';
import { InFlight } from '#libs/kernel/in-flight.js';
import { withoutPassword } from '#libs/platform/eventstore-url.js';
import type { Log } from '#libs/platform/logger.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import { within } from './deadline.js';
import { createDriver } from './driver.js';
import { ConnectionLostError, portError } from './driver-errors.js';
import { readHead } from './read-head.js';
import { Session } from './session.js';

/**
 * The way to EventStoreDB: up or down. When a call finds the server gone it is down at once; from then on calls fail
 * without being sent, while one probe after the other looks whether the server is back. The first probe goes out
 * immediately, so that after a connection was merely cut calls are served again within milliseconds.
 */
export class Connection {
  readonly #closing = new AbortController();
  #session: Session | undefined;
  #failure = new EventStoreUnavailableError('EventStoreDB has not been connected to yet');
  readonly #calls = new Set<Promise<unknown>>();
  readonly #inFlight = new InFlight(MAX_CALLS_IN_FLIGHT);
  #attempts = 0;
  #firstProbe: Promise<unknown> = Promise.resolve();
  #recovery: Promise<void> = Promise.resolve();

  private constructor(
    private readonly url: string,
    private readonly log: Log,
  ) {}

  /**
   * Connects. When the server cannot be reached now, it says so in the log and goes on trying.
   *
   * @param url a connection string
   * @throws Error the connection string cannot be used; the message does not show it
   */
  static async open(url: string, log: Log): Promise<Connection> {
    const connection = new Connection(url, log);
    createDriver(url, 0); // Says now what is wrong with it; connects to nothing.
    connection.#recover();
    await connection.#firstProbe;
    return connection;
  }

  /** Why calls fail; undefined while they are sent. */
  get failure(): EventStoreUnavailableError | undefined {
    return this.#session === undefined ? this.#failure : undefined;
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** @throws EventStoreUnavailableError the connection is down */
  session(): Session {
    if (this.#session === undefined) throw this.#failure;
    return this.#session;
  }

  /**
   * Makes a call that answers once.
   *
   * @throws EventStoreUnavailableError and what else the port throws
   */
  call<T>(operation: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    return this.#inFlight.run(() => this.#call(operation));
  }

  async #call<T>(operation: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    const session = this.session();
    const answer = within(operation(session.client));
    this.#calls.add(answer);
    try {
      return await answer;
    } catch (error) {
      throw this.failed(error, session);
    } finally {
      this.#calls.delete(answer);
    }
  }

  /** Takes note of a failed call. Answers the port's own error for it. */
  failed(error: unknown, session: Session): Error {
    const failure = portError(error);
    if (failure instanceof ConnectionLostError && session === this.#session) {
      this.#failure = failure;
      this.#session = undefined;
      session.end(failure);
      this.#recover();
    }
    return failure;
  }

  /** Waits a moment for the probe that follows a failure at once. Answers whether the connection is up. */
  async upAtOnce(): Promise<boolean> {
    await within(this.#firstProbe, MOMENT_MS).catch(() => undefined); // It takes longer.
    return this.#session !== undefined;
  }

  /** Waits until the connection is up, or closed, or the signal is aborted. */
  async up(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const stopped = new AbortController();
    const aborted = once(signal, 'abort', { signal: stopped.signal }).catch(() => undefined); // up first
    await Promise.race([this.#recovery, aborted]);
    stopped.abort();
  }

  /** Waits for the calls under way, ends what is being read, and gives up for good. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#failure = new EventStoreUnavailableError('the event store is closed');
    const session = this.#session;
    this.#session = undefined;
    await Promise.allSettled(this.#calls);
    session?.end(this.#failure);
    await this.#recovery;
  }

  #recover(): void {
    const first = this.#probe();
    this.#firstProbe = first;
    this.#recovery = this.#probeUntilUp(first);
  }

  async #probeUntilUp(first: Promise<boolean>): Promise<void> {
    if ((await first) || this.closed) return;
    const server = withoutPassword(this.url);
    this.log.warn({ server, reason: this.#failure.message }, 'EventStoreDB cannot be used; trying again until it can');
    for (let failures = 1; !this.closed; failures += 1) {
      await delay(waitAfter(failures), undefined, { signal: this.#closing.signal }).catch(() => undefined); // closing
      if (!this.closed && (await this.#probe())) {
        this.log.info({ server }, 'EventStoreDB can be used');
        return;
      }
    }
  }

  /** Tries to read the newest event. Answers whether the connection is up. */
  async #probe(): Promise<boolean> {
    let session: Session | undefined;
    try {
      session = new Session(createDriver(this.url, this.#attempts++ % MAX_ATTEMPTS_APART));
      await readHead(session);
      if (this.closed) throw this.#failure;
      this.#session = session;
      return true;
    } catch (error) {
      const failure = portError(error);
      if (!this.closed && failure instanceof EventStoreUnavailableError) this.#failure = failure;
      session?.end(failure);
      return false;
    }
  }
}

/** Enough to keep a server busy; with thousands at once the last ones would pass their deadline in line. */
const MAX_CALLS_IN_FLIGHT = 256;

/** How long a call that was cut off waits for the next connection: a restart of the server is over by then, or not. */
const MOMENT_MS = 1_000;

/** After so many attempts the first one's connection has long been forgotten. */
const MAX_ATTEMPTS_APART = 1_000;
