import { randomInt, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Lease } from '#libs/engine/consumer/lease.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import { MAX_NODE } from '#libs/engine/kernel/ids.js';
import type { Log } from '#libs/engine/runtime/logger.js';

/** The interval of checks whether a number is held: while none is, and while one is. */
const LOOK_MS = 50;
const LOOK_AGAIN_MS = 500;
/** A free number is acquired within this time; after it, another number is tried. */
const FREE_WITHIN_MS = 1_000;
/** The longest wait for a number at the start: the read model may be unavailable. */
const START_WITHIN_MS = 3_000;

/** A number, and the lease with which one process holds it. */
interface Claim {
  readonly node: number;
  readonly lease: Lease;
  readonly running: Promise<void>;
  readonly since: number;
}

/**
 * The node number in this process's ids. No other process of the same read model uses it at the same time: each number
 * has a lease. The configured number is preferred. While another process holds it, this one acquires another number.
 */
export class NodeNumber {
  readonly #stopping = new AbortController();
  readonly #unclaimed: number;
  #configured: Claim | undefined;
  #spare: Claim | undefined;
  #watching: Promise<void> = Promise.resolve();
  #told: number | undefined;

  /**
   * @param readModel stores the leases; undefined: no other process shares it, and no number is claimed
   * @param configured APPLEDGER_NODE_ID
   */
  constructor(
    private readonly readModel: ReadModel | undefined,
    private readonly configured: number | undefined,
    private readonly log: Log,
  ) {
    this.#unclaimed = configured ?? randomInt(MAX_NODE + 1);
  }

  /** The number in the ids that are generated now. */
  readonly current = (): number => this.#held?.node ?? this.#unclaimed;

  /** Claims a number, and waits for it up to {@link START_WITHIN_MS}. */
  async start(): Promise<void> {
    if (this.readModel === undefined) return;
    if (this.configured !== undefined) this.#configured = this.#claim(this.configured);
    else this.#spare = this.#claim(this.#unclaimed);
    this.#watching = this.#watch();
    for (let waited = 0; this.#held === undefined && waited < START_WITHIN_MS; waited += LOOK_MS) await delay(LOOK_MS);
  }

  /** Releases the numbers. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
    await Promise.all([this.#configured, this.#spare].map((claim) => this.#giveBack(claim)));
  }

  get #held(): Claim | undefined {
    return [this.#configured, this.#spare].find((claim) => claim?.lease.isHeld);
  }

  /** Acquires another number whenever none is held, until it is stopped. */
  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await delay(this.#held === undefined ? LOOK_MS : LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined); // stopping
      if (this.#held === undefined) await this.#takeAnother();
      this.#tell();
    }
  }

  async #takeAnother(): Promise<void> {
    const newest = this.#spare ?? this.#configured;
    if (newest === undefined || performance.now() - newest.since < FREE_WITHIN_MS) return;
    await this.#giveBack(this.#spare);
    this.#spare = this.#claim(randomInt(MAX_NODE + 1));
  }

  #claim(node: number): Claim {
    const self = `${hostname()} ${process.pid} ${randomUUID()}`;
    const worker = { taken: () => undefined, ended: async () => undefined };
    const lease = new Lease(this.readModel as ReadModel, `node ${node}`, self, worker);
    return { node, lease, running: lease.run(), since: performance.now() };
  }

  async #giveBack(claim: Claim | undefined): Promise<void> {
    claim?.lease.stop();
    await claim?.running;
  }

  /** Logs once that ids get another number than the configured one, and once that they get the configured one again. */
  #tell(): void {
    const { configured } = this;
    const node = this.current();
    if (configured === undefined || node === (this.#told ?? configured)) return;
    this.#told = node;
    const fields = { configured, node };
    if (node === configured) this.log.info(fields, 'ids get the number of APPLEDGER_NODE_ID now');
    else
      this.log.warn(
        fields,
        'another process uses APPLEDGER_NODE_ID, or did until a moment ago: ids get another number',
      );
  }
}
