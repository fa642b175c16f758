import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { CLOCK, CONFIGURATION, LOG } from '#libs/engine/runtime/tokens.js';
import { fetchKeys, type KeysById } from './fetch-keys.js';

/** A key that is no longer published is still accepted for this long. */
const MAX_AGE_MS = 60_000;
/** Keys are not fetched again within this time, so that invented key ids cause no flood of requests. */
const COOLDOWN_MS = 5_000;
/** A key that is known is accepted for this long while the keys cannot be fetched. */
const MAX_OUTAGE_MS = 3_600_000;
/** The most URLs whose keys are kept. */
const MAX_URLS = 1_000;

/** The keys of a URL cannot be fetched, so that a key is neither known nor unknown. */
export class KeysUnreachableError extends Error {
  override readonly name = 'KeysUnreachableError';
}

/** What is known of a URL; times in milliseconds since 1970. */
interface Published {
  keys: KeysById;
  /** When the keys were fetched last, and when that was tried last. */
  fetchedAt: number;
  triedAt: number;
  isFailing: boolean;
  fetching: Promise<void> | undefined;
}

/** Keeps the public keys that owners of clients publish at their own URLs. */
@Injectable()
export class PublishedKeys {
  readonly #published = new LRUCache<string, Published>({ max: MAX_URLS });

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Pick<Configuration, 'jwksPrivateAddresses'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * A published key as PEM; undefined: no such key is published.
   *
   * @throws KeysUnreachableError the keys cannot be fetched, and the key was not known within the last hour
   */
  async keyOf(uri: string, keyId: string): Promise<string | undefined> {
    const published = this.#of(uri);
    const known = published.keys.get(keyId);
    const now = this.clock();
    if (known !== undefined && isWithin(MAX_AGE_MS, published.fetchedAt, now)) return known;
    if (published.fetching !== undefined || !isWithin(COOLDOWN_MS, published.triedAt, now)) {
      published.fetching ??= this.#fetch(uri, published);
      await published.fetching;
    }
    if (!published.isFailing) return published.keys.get(keyId);
    if (known !== undefined && isWithin(MAX_OUTAGE_MS, published.fetchedAt, now)) return known;
    throw new KeysUnreachableError(`the keys of the client cannot be fetched from ${uri}: try again later`);
  }

  #of(uri: string): Published {
    let published = this.#published.get(uri);
    if (published === undefined) {
      const never = Number.NEGATIVE_INFINITY;
      published = { keys: new Map(), fetchedAt: never, triedAt: never, isFailing: false, fetching: undefined };
      this.#published.set(uri, published);
    }
    return published;
  }

  /** Never rejects. */
  async #fetch(uri: string, published: Published): Promise<void> {
    published.triedAt = this.clock();
    try {
      published.keys = await fetchKeys(uri, { allowPrivate: this.configuration.jwksPrivateAddresses });
      published.fetchedAt = published.triedAt;
      if (published.isFailing) this.log.info({ uri }, "a client's keys can be fetched again");
      published.isFailing = false;
    } catch (error) {
      if (!published.isFailing) this.log.warn({ uri, reason: messageOf(error) }, "a client's keys cannot be fetched");
      published.isFailing = true;
    } finally {
      published.fetching = undefined;
    }
  }
}

/** Whether a time is at most so long ago. One in the future, after the clock was set back, is not. */
function isWithin(ms: number, time: number, now: number): boolean {
  return time <= now && now - time < ms;
}
