import { isIP } from 'node:net';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { RateLimiter } from './rate-limiter.js';
import type { Rate } from './token-bucket.js';

const IPV6_GROUPS = 8;
const IPV6_NETWORK_GROUPS = 4; // a /64: what one customer of a network has at the least

/**
 * Limits the rate of calls: per user, whatever the address, and per address for callers that are not known.
 * The two are remembered apart, so that many addresses push no user out of memory.
 */
export class CallerLimits {
  readonly #users: RateLimiter;
  readonly #addresses: RateLimiter;

  constructor(rate: Rate, clock: Clock) {
    this.#users = new RateLimiter(rate, clock);
    this.#addresses = new RateLimiter(rate, clock);
  }

  /** Counts a call without a token. @throws ContractError RESOURCE_EXHAUSTED */
  countAnonymous(address: string): void {
    this.#addresses.count(networkOf(address));
  }

  /** Counts a user's call. @throws ContractError RESOURCE_EXHAUSTED */
  countUser(user: string): void {
    this.#users.count(user);
  }

  /**
   * Runs the verification of a token at the address's expense, for as long as it is not known to be good: so bad tokens
   * are limited, and good ones cost the address nothing.
   *
   * @throws ContractError RESOURCE_EXHAUSTED; whatever the verification throws
   */
  async verifying<Caller>(address: string, verify: () => Promise<Caller>): Promise<Caller> {
    const network = networkOf(address);
    this.#addresses.count(network);
    const caller = await verify();
    this.#addresses.uncount(network);
    return caller;
  }
}

/** The key that is counted: an IPv4 address, or the /64 of an IPv6 address, which belongs to one customer. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6 || address.includes('.')) return address;
  const [before = '', after] = address.split('::');
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const zeros = Array.from({ length: IPV6_GROUPS - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, IPV6_NETWORK_GROUPS).join(':');
}

function groupsOf(part: string): readonly string[] {
  return part === '' ? [] : part.split(':');
}
