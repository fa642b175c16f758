import { setTimeout as delay } from 'node:timers/promises';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';

/** Whoever holds it and has not renewed it for so long is taken for dead. */
export const LEASE_MS = 5_000;
/** How often the holder renews it, and how often the others look. */
const RENEW_MS = 1_000;

/** The record of a lease. Clocks are not compared: a lease is over when its record has not changed for its term. */
interface Holding {
  /** Who holds it; undefined: it has been given back. */
  readonly holder?: string;
}

/** What is done while the lease is held. */
export interface LeaseHolder {
  /** The lease is held: begin. */
  taken(): void;
  /** The lease is not held any more: stop, and say when that is done. */
  ended(): Promise<void>;
}

/**
 * Lets one of several processes work, and another one soon after it has died. It keeps work from being done twice; it
 * is not what keeps documents right, which hold their own positions.
 */
export class Lease {
  private readonly stopping = new AbortController();
  private held = false;
  private version: number | undefined;
  private seen: { readonly version: number | undefined; readonly at: number } | undefined;
  private renewedAt = 0;

  /**
   * @param name of the record
   * @param self names this process, and no other
   */
  constructor(
    private readonly readModel: ReadModel,
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
    const record = await this.readModel.record<Holding>(this.name);
    const now = performance.now();
    if (this.seen === undefined || this.seen.version !== record?.version)
      this.seen = { version: record?.version, at: now };
    const free = record === undefined || record.value.holder === undefined || now - this.seen.at >= LEASE_MS;
    if (!free) return;
    this.version = await this.readModel.putRecord<Holding>(this.name, { holder: this.self }, record?.version);
    if (this.version === undefined || this.stopping.signal.aborted) return;
    this.held = true;
    this.renewedAt = performance.now();
    this.worker.taken();
  }

  private async renew(): Promise<void> {
    const before = performance.now();
    const version = await this.readModel.putRecord<Holding>(this.name, { holder: this.self }, this.version);
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
    await this.readModel.putRecord<Holding>(this.name, {}, this.version).catch(() => undefined); // its term will end
  }
}
