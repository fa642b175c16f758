import { isIP } from 'node:net';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { RateLimiter } from './rate-limiter.js';
import type { Rate } from './token-bucket.js';

const IPV6_GROUPS = 8;
const IPV6_NETWORK_GROUPS = 4; // a /64: the smallest network that a provider gives to a customer

/**
 * Limits the rate of calls: per user, from any address, and per address for unauthenticated callers.
 * Users and addresses are stored separately, so that many addresses do not evict users.
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
   * Counts a call at the address while its token is verified, and takes the count back if the token is valid: invalid
   * tokens are limited per address, valid ones are not.
   *
   * @throws ContractError RESOURCE_EXHAUSTED; and every error of the verification
   */
  async verifying<Caller>(address: string, verify: () => Promise<Caller>): Promise<Caller> {
    const network = networkOf(address);
    this.#addresses.count(network);
    const caller = await verify();
    this.#addresses.uncount(network);
    return caller;
  }
}

/**
 * The key of an address in the limiter: an IPv4 address, or the /64 of an IPv6 address, which belongs to one customer.
 */
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
