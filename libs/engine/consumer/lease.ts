import { setTimeout as delay } from 'node:timers/promises';
import { elapsedMs, type Moment, thisMoment } from '#libs/engine/kernel/elapsed.js';
import type { RecordStore, VersionedRecord } from '#libs/engine/kernel/record-store.js';
import type { Turn } from './turn.js';

/** A holder that has not renewed the lease for this long counts as dead. */
export const LEASE_MS = 5_000;

/** The times of a lease, in milliseconds. All processes have the same. */
export interface LeaseTimes {
  /** A holder that has not shown for this long that it lives counts as dead. */
  readonly leaseMs: number;
  /** How often the holder renews the lease, and how often the others check it. */
  readonly renewMs: number;
  /** How long a lease that is renewed when it is asked for stays unchanged before another process asks. */
  readonly askAfterMs: number;
}

const TIMES: LeaseTimes = { leaseMs: LEASE_MS, renewMs: 1_000, askAfterMs: 5_000 };

/**
 * How a holder shows that it lives. `always`: it replaces the record every second. `whenAsked`: it only reads the record,
 * and replaces it when another process has asked in it; for stores that keep every write.
 */
export type Renewal = 'always' | 'whenAsked';

/** The record of a lease. Its time is for people: no clocks are compared. */
export interface Holding {
  /** The process that holds the lease; undefined: it was given back. */
  readonly holder?: string;
  /** When it took the lease, by its clock. */
  readonly since?: string;
  /** A process that wants to know whether the holder lives; undefined: none. */
  readonly askedBy?: string;
}

/** The work of the process that holds the lease. */
export interface LeaseHolder {
  /** The lease is held now: start. */
  taken(): void;
  /** The lease is no longer held: stop. Resolves when the work has stopped. */
  ended(): Promise<void>;
}

/**
 * Lets one of several processes work, and another soon after that one has died. A lease is over when its record, or with
 * `whenAsked` the question in it, has stood unchanged for the time of a lease by the clock of the process that looks. It saves
 * double work, and is no guarantee against it: work that has begun goes on for a moment, so its writes have to be
 * conditional. {@link isValid} says until when more may begin.
 */
export class Lease implements Turn {
  private readonly stopping = new AbortController();
  private held = false;
  private version: number | undefined;
  private seen: { readonly version: number | undefined; readonly at: number } | undefined;
  private holding: Holding | undefined;
  /** The lease was known to be held here at this moment; undefined: it is not held. */
  private confirmedAt: Moment | undefined;

  /**
   * @param name of the record
   * @param self identifies this process among all
   */
  constructor(
    private readonly records: RecordStore,
    private readonly name: string,
    private readonly self: string,
    private readonly worker: LeaseHolder,
    private readonly renewal: Renewal = 'always',
    private readonly times = TIMES,
  ) {}

  /** Whether this process holds it. */
  get isHeld(): boolean {
    return this.held;
  }

  get isValid(): boolean {
    return this.confirmedAt !== undefined && elapsedMs(this.confirmedAt) < this.times.leaseMs;
  }

  /** Who holds it, as far as this process knows, and since when. */
  get current(): Holding {
    return this.holding ?? {};
  }

  /** Takes the lease whenever it is free, until {@link stop}. */
  async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await (this.held ? this.renew() : this.tryToTake()).catch(() => this.outOfReach());
      await delay(this.times.renewMs, undefined, { signal }).catch(() => undefined); // stopping
    }
    await this.giveBack();
  }

  /** Ends the work and gives the lease back. */
  stop(): void {
    this.stopping.abort();
  }

  private async tryToTake(): Promise<void> {
    const record = await this.records.record<Holding>(this.name);
    const now = performance.now();
    this.holding = record?.value;
    if (this.seen === undefined || this.seen.version !== record?.version)
      this.seen = { version: record?.version, at: now };
    const unchangedMs = now - this.seen.at;
    if (this.isFree(record, unchangedMs)) await this.take(record?.version);
    else if (record !== undefined && this.wantsToAsk(record.value, unchangedMs)) await this.ask(record);
  }

  private isFree(record: VersionedRecord<Holding> | undefined, unchangedMs: number): boolean {
    const { holder, askedBy } = record?.value ?? {};
    if (holder === undefined || holder === this.self) return true; // its own: the answer to a write was lost
    return unchangedMs >= this.times.leaseMs && (this.renewal === 'always' || askedBy !== undefined);
  }

  private wantsToAsk({ askedBy }: Holding, unchangedMs: number): boolean {
    return this.renewal === 'whenAsked' && askedBy === undefined && unchangedMs >= this.times.askAfterMs;
  }

  private async ask({ value, version }: VersionedRecord<Holding>): Promise<void> {
    const asked = await this.records.putRecord<Holding>(this.name, { ...value, askedBy: this.self }, version);
    if (asked !== undefined) this.seen = { version: asked, at: performance.now() };
  }

  private async take(expected: number | undefined): Promise<void> {
    const before = thisMoment();
    const holding = { holder: this.self, since: new Date(before.wall).toISOString() };
    this.version = await this.records.putRecord<Holding>(this.name, holding, expected);
    if (this.version === undefined || this.stopping.signal.aborted) return;
    this.held = true;
    this.holding = holding;
    this.confirmedAt = before;
    this.worker.taken();
  }

  private async renew(): Promise<void> {
    const before = thisMoment();
    if (this.renewal === 'whenAsked') {
      const record = await this.records.record<Holding>(this.name);
      if (record?.value.holder !== this.self) return this.lose();
      this.version = record.version;
      if (record.value.askedBy !== undefined && !(await this.replaced())) return this.lose();
    } else if (!(await this.replaced())) return this.lose();
    this.confirmedAt = before;
  }

  /** Whether the record was still that of this process: it has been replaced by a new one. */
  private async replaced(): Promise<boolean> {
    const { holder, since } = this.current;
    this.version = await this.records.putRecord<Holding>(
      this.name,
      { ...(holder && { holder }), ...(since && { since }) },
      this.version,
    );
    return this.version !== undefined;
  }

  private async outOfReach(): Promise<void> {
    if (this.held && !this.isValid) await this.lose();
  }

  private async lose(): Promise<void> {
    this.confirmedAt = undefined;
    await this.end();
  }

  private async end(): Promise<void> {
    this.held = false;
    this.seen = undefined;
    await this.worker.ended();
  }

  /** The turn goes on while the work ends, as long as the lease does. */
  private async giveBack(): Promise<void> {
    if (!this.held) return;
    await this.end();
    this.confirmedAt = undefined;
    await this.clear().catch(() => undefined); // its term will end
  }

  private async clear(): Promise<void> {
    const record = await this.records.record<Holding>(this.name);
    if (record?.value.holder === this.self) await this.records.putRecord<Holding>(this.name, {}, record.version);
  }
}
