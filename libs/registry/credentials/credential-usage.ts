import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { LatestTimes } from '#libs/engine/documents/port/latest-times.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { CLOCK, CREDENTIAL_TIMES, LOG, METRICS } from '#libs/engine/runtime/tokens.js';
import { LastUsed } from './last-used.js';
import { PendingUses } from './pending-uses.js';
import { UsageMetrics } from './usage-metrics.js';

/** How often uses are stored: a process that is killed loses those of this time at most. */
export const STORE_EVERY_MS = 60_000;

/** The most credentials whose uses wait to be stored; about 20 MB. More are not kept until the store takes these. */
export const MAX_PENDING = 200_000;

/** When so many credentials have been used, their uses are stored without waiting. */
const STORE_AT = 50_000;

/**
 * When each credential was last used. A use is kept in memory, and stored with all others of the same minute: there
 * is no event, and at most one write a minute, for a credential. While the store is away, uses wait in memory.
 */
@Injectable()
export class CredentialUsage extends LastUsed implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #metrics: UsageMetrics;
  readonly #startedAt: number;
  #current = new PendingUses(MAX_PENDING);
  /** What is being stored now. */
  #leaving: PendingUses | undefined;
  #storing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasBegun = false;
  #isAway = false;
  #isFull = false;

  constructor(
    @Inject(CREDENTIAL_TIMES) private readonly times: LatestTimes,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOG) private readonly log: Log,
    @Inject(METRICS) registry: Registry,
  ) {
    super();
    this.#startedAt = clock();
    this.#metrics = new UsageMetrics(registry, () => this.#current.size + (this.#leaving?.size ?? 0));
  }

  /**
   * Notes that a credential has authenticated its client. Does no I/O, and costs no memory when the credential has
   * been used in the same minute already.
   *
   * @param credentialId the id of a secret or a key
   * @param now in milliseconds since 1970
   */
  used(applicationId: string, credentialId: string, now: number): void {
    if (!this.times.isWritable) return;
    if (!this.#current.note(applicationId, credentialId, now)) this.#full();
    else if (this.#current.size >= STORE_AT && this.#storing === undefined && !this.#isAway) void this.store();
  }

  lastUsed(applicationId: string, credentialIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#latest(
      credentialIds,
      (uses, id) => uses.timeOf(applicationId, id),
      () => this.times.latestOf(applicationId, credentialIds),
    );
  }

  /**
   * The time of the last use of any credential of each application; applications without one are absent.
   *
   * @throws ReadModelUnavailableError the stored times cannot be read now
   */
  lastUsedOf(applicationIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#latest(
      applicationIds,
      (uses, id) => uses.timeOfApplication(id),
      () => this.times.latestOfGroups(applicationIds),
    );
  }

  /**
   * Since when uses are counted, in milliseconds since 1970; undefined: none has been stored yet.
   *
   * @throws ReadModelUnavailableError it cannot be read now
   */
  async countingBegan(): Promise<number | undefined> {
    return this.times.begun();
  }

  /** Stores all uses up to now. What cannot be stored is kept. Never rejects. */
  store(): Promise<void> {
    this.#storing ??= this.#store().finally(() => {
      this.#storing = undefined;
    });
    return this.#storing;
  }

  onApplicationBootstrap(): void {
    if (!this.times.isWritable) {
      this.log.warn({}, 'the data folder cannot be written: it is not kept when credentials are used');
      return;
    }
    void this.store();
    this.#timer = setInterval(() => void this.store(), STORE_EVERY_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#storing;
    await this.store();
  }

  /** The memory is read first: what leaves it meanwhile is in the store. */
  async #latest(
    ids: readonly string[],
    timeIn: (uses: PendingUses, id: string) => number | undefined,
    stored: () => Promise<ReadonlyMap<string, number>>,
  ): Promise<ReadonlyMap<string, number>> {
    const latest = new Map<string, number>();
    const keep = (id: string, time: number | undefined) => {
      if (time !== undefined && time > (latest.get(id) ?? Number.NEGATIVE_INFINITY)) latest.set(id, time);
    };
    for (const uses of [this.#leaving, this.#current]) {
      if (uses !== undefined && uses.size > 0) for (const id of ids) keep(id, timeIn(uses, id));
    }
    for (const [id, time] of await stored()) keep(id, time);
    return latest;
  }

  async #store(): Promise<void> {
    const leaving = this.#current;
    this.#leaving = leaving;
    this.#current = new PendingUses(MAX_PENDING);
    try {
      if (!this.#hasBegun) await this.times.begin(this.#startedAt);
      this.#hasBegun = true;
      await this.times.note([...leaving.all()]);
      this.#metrics.stored(leaving.size);
      this.#succeeded();
    } catch (error) {
      for (const { group, key, time } of leaving.all()) if (!this.#current.note(group, key, time)) this.#full();
      this.#failed(error);
    } finally {
      this.#leaving = undefined;
    }
  }

  #succeeded(): void {
    if (this.#isAway) this.log.info({}, 'the times at which credentials were used are stored again');
    this.#isAway = false;
    this.#isFull = false;
  }

  #failed(error: unknown): void {
    this.#metrics.failed();
    if (this.#isAway) return;
    this.#isAway = true;
    this.log.warn(
      { reason: messageOf(error), most: MAX_PENDING },
      'the times at which credentials were used cannot be stored: they are kept in memory, and stored later',
    );
  }

  #full(): void {
    this.#metrics.dropped();
    if (this.#isFull) return;
    this.#isFull = true;
    this.log.error(
      { most: MAX_PENDING },
      'uses of further credentials are not kept until the times at which credentials were used can be stored again',
    );
  }
}
