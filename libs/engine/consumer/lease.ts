import { setTimeout as delay } from 'node:timers/promises';
import type { RecordStore } from '#libs/engine/kernel/record-store.js';

/** A holder that has not renewed the lease for this long counts as dead. */
export const LEASE_MS = 5_000;
/** How often the holder renews the lease, and how often the others check it. */
const RENEW_MS = 1_000;

/** The record of a lease. It holds no time, so that no clocks are compared: a lease is over when its record has not changed for {@link LEASE_MS}. */
interface Holding {
  /** The process that holds the lease; undefined: it was given back. */
  readonly holder?: string;
}

/** The work of the process that holds the lease. */
export interface LeaseHolder {
  /** The lease is held now: start. */
  taken(): void;
  /** The lease is no longer held: stop. Resolves when the work has stopped. */
  ended(): Promise<void>;
}

/**
 * Lets one of several processes work, and another soon after that one has died. It saves double work, and is no
 * guarantee against it: after a pause two processes may work for a moment, so their writes have to be conditional.
 */
export class Lease {
  private readonly stopping = new AbortController();
  private held = false;
  private version: number | undefined;
  private seen: { readonly version: number | undefined; readonly at: number } | undefined;
  private renewedAt = 0;

  /**
   * @param name of the record
   * @param self identifies this process among all
   */
  constructor(
    private readonly records: RecordStore,
    private readonly name: string,
    private readonly self: string,
    private readonly worker: LeaseHolder,
  ) {}

  /** Whether this process holds it. */
  get isHeld(): boolean {
    return this.held;
  }

  /** Takes the lease whenever it is free, until {@link stop}. */
  async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await (this.held ? this.renew() : this.tryToTake()).catch(() => this.outOfReach());
      await delay(RENEW_MS, undefined, { signal }).catch(() => undefined); // stopping
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
    if (this.seen === undefined || this.seen.version !== record?.version)
      this.seen = { version: record?.version, at: now };
    const free = record === undefined || record.value.holder === undefined || now - this.seen.at >= LEASE_MS;
    if (!free) return;
    this.version = await this.records.putRecord<Holding>(this.name, { holder: this.self }, record?.version);
    if (this.version === undefined || this.stopping.signal.aborted) return;
    this.held = true;
    this.renewedAt = performance.now();
    this.worker.taken();
  }

  private async renew(): Promise<void> {
    const before = performance.now();
    const version = await this.records.putRecord<Holding>(this.name, { holder: this.self }, this.version);
    if (version === undefined) return this.lose();
    this.version = version;
    this.renewedAt = before;
  }

  private async outOfReach(): Promise<void> {
    if (this.held && performance.now() - this.renewedAt >= LEASE_MS) await this.lose();
  }

  private async lose(): Promise<void> {
    this.held = false;
    this.seen = undefined;
    await this.worker.ended();
  }

  private async giveBack(): Promise<void> {
    if (!this.held) return;
    await this.lose();
    await this.records.putRecord<Holding>(this.name, {}, this.version).catch(() => undefined); // its term will end
  }
}
