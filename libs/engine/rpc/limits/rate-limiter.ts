import { LRUCache } from 'lru-cache';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { type Bucket, type Rate, returnToken, takeToken } from './token-bucket.js';

/**
 * Maximum number of stored callers; the least recently used is evicted, and starts again with a full bucket. About 2
 * MB.
 */
const MAX_REMEMBERED = 10_000;

/** Counts the calls of each caller of one kind, such as users or addresses. */
export class RateLimiter {
  readonly #buckets = new LRUCache<string, Bucket>({ max: MAX_REMEMBERED });

  constructor(
    private readonly rate: Rate,
    private readonly clock: Clock,
  ) {}

  /** Counts a call. @throws ContractError RESOURCE_EXHAUSTED, with the seconds to wait */
  count(caller: string): void {
    const { bucket, waitMs } = takeToken(this.#buckets.get(caller), this.rate, this.clock());
    this.#buckets.set(caller, bucket);
    if (waitMs > 0) throw ContractError.exhausted(Math.ceil(waitMs / 1_000));
  }

  /** Takes back the count of a call. */
  uncount(caller: string): void {
    const bucket = this.#buckets.get(caller);
    if (bucket !== undefined) this.#buckets.set(caller, returnToken(bucket, this.rate));
  }
}
