import { once, setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import { InFlight } from '#libs/engine/kernel/in-flight.js';
import { withoutPassword } from '#libs/engine/runtime/eventstore-url.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { EventStoreUnavailableError } from '../port/event-store.errors.js';
import { ANSWER_MS, CONNECT_MS, type Patience, PROBE_MS, within } from './deadline.js';
import { Driver } from './driver.js';
import { CallFailedError, portError } from './driver-errors.js';
import { KIND_BY_CODE } from './failure-table.js';
import { readHead } from './read-head.js';
import { Session } from './session.js';

/** Which calls: see {@link FailureKind.again}. */
type CallOf = 'append' | 'read';

/**
 * The connection to EventStoreDB, up or down. It is lost when the server cannot be reached, when a node refers to
 * another one, or when a check is not answered; the end of a single call or subscription does not lose it. While it is
 * down, probes try to connect, the first one immediately. Calls wait for it until their deadline, or fail at once if it
 * has been down for as long as they would wait.
 */
export class Connection {
  readonly #closing = new AbortController();
  #session: Session | undefined;
  #failure = new EventStoreUnavailableError('EventStoreDB has not been connected to yet');
  /** Since when it is down, by the clock of `performance.now()`; minus infinity before the first connection. */
  #downSince = Number.NEGATIVE_INFINITY;
  readonly #tries = new Set<Promise<unknown>>();
  readonly #inFlight = new InFlight(MAX_CALLS_IN_FLIGHT);
  #attempts = 0;
  #count = 0;
  #firstProbe: Promise<unknown> = Promise.resolve();
  #recovery: Promise<void> = Promise.resolve();
  /** The session that is being checked. */
  #asked: Session | undefined;

  private constructor(
    private readonly url: string,
    private readonly log: Log,
  ) {
    setMaxListeners(0, this.#closing.signal); // Each call that waits for its next attempt listens.
  }

  /**
   * Connects. If the server cannot be reached, it logs that and retries.
   *
   * @param url a connection string
   * @throws Error the connection string cannot be used; the message does not show it
   */
  static async open(url: string, log: Log): Promise<Connection> {
    const connection = new Connection(url, log);
    new Driver(url, 0); // Throws if the connection string is invalid; does not connect.
    connection.#recover();
    await connection.#firstProbe;
    return connection;
  }

  /** Why calls fail; undefined while the connection is up. */
  get failure(): EventStoreUnavailableError | undefined {
    return this.#session === undefined ? this.#failure : undefined;
  }

  /** How often the connection was established. */
  get count(): number {
    return this.#count;
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
   * Makes a call with one answer, and retries it until its deadline if the failure allows that.
   *
   * @param attempt makes the call, with a timeout of {@link ANSWER_MS}; it must be idempotent
   * @throws EventStoreUnavailableError, and the other errors of the port
   */
  async call<T>(of: CallOf, patience: Patience, attempt: (session: Session) => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      // If the connection is up, the call begins in this turn of the event loop, so that close() waits for it.
      if (this.#session === undefined) await this.upWithin(patience);
      try {
        return await this.#inFlight.run(() => this.#try(attempt));
      } catch (error) {
        await this.waitToRepeat(error as Error, of, failures, patience);
      }
    }
  }

  /**
   * Waits before the next attempt of a call.
   *
   * @param failures attempts that have failed in a row
   * @throws Error the failure itself, if a retry would not help or the deadline would pass
   */
  async waitToRepeat(failure: Error, of: CallOf, failures: number, { until }: Patience): Promise<void> {
    const again = failure instanceof CallFailedError ? failure.kind.again : 'none';
    const repeats = again === 'every' || (again === 'appends' && of === 'append');
    const wait = waitAfter(Math.min(failures, MAX_DOUBLED_WAITS));
    if (!repeats || this.closed || performance.now() + wait >= until) throw failure;
    await this.#delay(wait);
  }

  /**
   * Waits until the connection is up.
   *
   * @throws EventStoreUnavailableError it is closed, or has been down for as long as the call would wait
   */
  async upWithin({ until, milliseconds }: Patience): Promise<void> {
    while (this.#session === undefined) {
      const left = Math.min(until, this.#downSince + milliseconds) - performance.now();
      if (this.closed || left <= 0) throw this.#failure;
      await within(this.#recovery, left).catch(() => undefined); // timeout: the loop checks again
    }
  }

  /** Handles the failure of a call. Returns the port's error for it. */
  failed(error: unknown, session: Session): Error {
    const failure = portError(error);
    if (!(failure instanceof CallFailedError) || session !== this.#session) return failure;
    if (failure.kind.whose === 'connection') this.#lose(failure);
    else if (failure.kind.doubtful) void this.verify(session);
    return failure;
  }

  /** Checks the connection with a small read. The connection is lost if it is not answered. */
  async verify(session: Session): Promise<void> {
    if (this.#asked === session) return;
    this.#asked = session;
    try {
      await within(readHead(session), PROBE_MS);
    } catch (error) {
      const { message, cause, kind } = portError(error) as CallFailedError;
      const isLost = kind?.whose === 'connection' || kind?.doubtful;
      if (isLost && session === this.#session) this.#lose(new CallFailedError(message, LOST, { cause }));
    } finally {
      this.#asked = undefined;
    }
  }

  /** Waits until the connection is up or closed, or the signal aborts. */
  async up(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const stopped = new AbortController();
    const aborted = once(signal, 'abort', { signal: stopped.signal }).catch(() => undefined); // up first
    await Promise.race([this.#recovery, aborted]);
    stopped.abort();
  }

  /** Waits for the calls under way, ends the reads, and closes the connection for good. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#failure = new EventStoreUnavailableError('the event store is closed');
    const session = this.#session;
    this.#session = undefined;
    await Promise.allSettled(this.#tries);
    session?.end(this.#failure);
    await this.#recovery;
  }

  async #try<T>(attempt: (session: Session) => Promise<T>): Promise<T> {
    const session = this.session();
    const answer = attempt(session);
    this.#tries.add(answer);
    try {
      return await answer;
    } catch (error) {
      throw this.failed(error, session);
    } finally {
      this.#tries.delete(answer);
    }
  }

  #lose(failure: CallFailedError): void {
    const session = this.#session;
    this.#failure = failure;
    this.#session = undefined;
    this.#downSince = performance.now();
    session?.end(failure);
    this.#recover();
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
      await this.#delay(waitAfter(Math.min(failures, MAX_DOUBLED_WAITS)));
      if (!this.closed && (await this.#probe())) {
        this.log.info({ server }, 'EventStoreDB can be used');
        return;
      }
    }
  }

  /** Tries to connect and to read the newest event. Returns whether the connection is up. */
  async #probe(): Promise<boolean> {
    let session: Session | undefined;
    try {
      const driver = new Driver(this.url, this.#attempts++ % MAX_ATTEMPTS_APART);
      session = new Session(await within(driver.connect(), CONNECT_MS));
      await within(readHead(session), ANSWER_MS);
      if (this.closed) throw this.#failure;
      this.#up(session);
      return true;
    } catch (error) {
      const failure = portError(error);
      if (!this.closed && failure instanceof EventStoreUnavailableError) this.#failure = failure;
      session?.end(failure);
      return false;
    }
  }

  #up(session: Session): void {
    this.#session = session;
    this.#count += 1;
    const broken = new CallFailedError('the connection to EventStoreDB has broken', LOST);
    session.whenBroken(() => session === this.#session && this.#lose(broken));
  }

  async #delay(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#closing.signal }).catch(() => undefined); // closing
  }
}

/** The kind of failure of calls whose connection is lost. */
const LOST = KIND_BY_CODE[14];

/** With thousands of calls in flight the last ones would exceed their timeout. */
const MAX_CALLS_IN_FLIGHT = 256;

/** The wait between two attempts is doubled this often, to 0.8 seconds, so that the end of an outage is noticed soon. */
const MAX_DOUBLED_WAITS = 5;

/** Attempts with different channel options. After this many, gRPC has forgotten the connection of the first one. */
const MAX_ATTEMPTS_APART = 1_000;
