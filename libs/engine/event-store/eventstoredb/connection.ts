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
 * The way to EventStoreDB: up or down. It is lost when the server cannot be reached, when a node says that another one
 * must be asked, or when a question to it has no answer; the end of a call or a subscription alone does not lose it.
 * While it is down one probe after the other looks for the server, the first one immediately. Calls wait for it until
 * their deadline, or fail at once when it has been down for as long as they would wait.
 */
export class Connection {
  readonly #closing = new AbortController();
  #session: Session | undefined;
  #failure = new EventStoreUnavailableError('EventStoreDB has not been connected to yet');
  /** Since when it is down, by the clock of `performance.now()`. What was never up has been down for ever. */
  #downSince = Number.NEGATIVE_INFINITY;
  readonly #tries = new Set<Promise<unknown>>();
  readonly #inFlight = new InFlight(MAX_CALLS_IN_FLIGHT);
  #attempts = 0;
  #count = 0;
  #firstProbe: Promise<unknown> = Promise.resolve();
  #recovery: Promise<void> = Promise.resolve();
  /** The session that is being asked whether it still answers. */
  #asked: Session | undefined;

  private constructor(
    private readonly url: string,
    private readonly log: Log,
  ) {
    setMaxListeners(0, this.#closing.signal); // Each call that waits to be repeated listens.
  }

  /**
   * Connects. When the server cannot be reached now, it says so in the log and goes on trying.
   *
   * @param url a connection string
   * @throws Error the connection string cannot be used; the message does not show it
   */
  static async open(url: string, log: Log): Promise<Connection> {
    const connection = new Connection(url, log);
    new Driver(url, 0); // Says now what is wrong with it; connects to nothing.
    connection.#recover();
    await connection.#firstProbe;
    return connection;
  }

  /** Why calls fail; undefined while they are sent. */
  get failure(): EventStoreUnavailableError | undefined {
    return this.#session === undefined ? this.#failure : undefined;
  }

  /** How often it has come up. */
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
   * Makes a call that answers once, again and again while that may help, until its deadline.
   *
   * @param attempt makes the call, and gives up after {@link ANSWER_MS}; the same call again must do no harm
   * @throws EventStoreUnavailableError and what else the port throws
   */
  async call<T>(of: CallOf, patience: Patience, attempt: (session: Session) => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      // While it is up the call begins in this turn, so that closing waits for it.
      if (this.#session === undefined) await this.upWithin(patience);
      try {
        return await this.#inFlight.run(() => this.#try(attempt));
      } catch (error) {
        await this.waitToRepeat(error as Error, of, failures, patience);
      }
    }
  }

  /**
   * Waits a moment before a call is made again.
   *
   * @param failures how many tries have failed in a row
   * @throws Error what it has failed with: to repeat it would not help, or its time is over
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
      await within(this.#recovery, left).catch(() => undefined); // It takes longer.
    }
  }

  /** Takes note of a failed call. Answers the port's own error for it. */
  failed(error: unknown, session: Session): Error {
    const failure = portError(error);
    if (!(failure instanceof CallFailedError) || session !== this.#session) return failure;
    if (failure.kind.whose === 'connection') this.#lose(failure);
    else if (failure.kind.doubtful) void this.verify(session);
    return failure;
  }

  /** Asks the server a question. The connection is lost when it does not answer. */
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

  /** Tries to read the newest event. Answers whether the connection is up. */
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

/** What ends with a connection that is lost. */
const LOST = KIND_BY_CODE[14];

/** With thousands at once the last ones would pass their deadline in line. */
const MAX_CALLS_IN_FLIGHT = 256;

/** The wait between two tries is doubled so often, to 0.8 seconds: an outage is over soon, or is not. */
const MAX_DOUBLED_WAITS = 5;

/** After so many attempts the first one's connection has long been forgotten. */
const MAX_ATTEMPTS_APART = 1_000;
