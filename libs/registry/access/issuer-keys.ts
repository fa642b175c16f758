import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { type Clock, systemClock } from '#libs/engine/kernel/clock.js';
import { fetchJson, type IssuerDiscovery, IssuerUnreachableError } from './issuer-discovery.js';

const MAX_AGE_MS = 60_000; // a withdrawn key is still accepted for this long
const RELOAD_COOLDOWN_MS = 5_000; // tokens with invented key ids must not cause a flood of requests to the issuer
const KEPT_MS = 86_400_000; // through an outage of the issuer: a day

/**
 * The keys that an issuer publishes. They are fetched again when they are old, and when they do not contain a token's
 * key. While the issuer cannot be reached, the known ones stay valid for a day.
 *
 * @returns a key source that throws {@link IssuerUnreachableError} when the issuer does not answer and no known key fits
 */
export function issuerKeys(discovery: IssuerDiscovery, clock: Clock = systemClock): JWTVerifyGetKey {
  const keys = new IssuerKeys(discovery, clock);
  return (header, token) => keys.keyFor(header, token);
}

class IssuerKeys {
  #known: JWTVerifyGetKey | undefined;
  #loadedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  /** Why the last attempt to fetch the keys failed; undefined: it did not. */
  #failure: unknown;
  #loading: Promise<void> | undefined;

  constructor(
    private readonly discovery: IssuerDiscovery,
    private readonly clock: Clock,
  ) {}

  readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    const known = await this.#current();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#reloadForUnknownKey(error);
      return this.#known === known ? Promise.reject(error) : (await this.#current())(header, token);
    }
  };

  /** The keys, fetched again if they are old. */
  async #current(): Promise<JWTVerifyGetKey> {
    const age = this.clock() - this.#loadedAt;
    if (this.#known === undefined || age >= KEPT_MS) await this.#load();
    else if (age >= MAX_AGE_MS && this.#mayTry) {
      const isAway = this.#failure !== undefined;
      const loading = this.#load().catch(() => undefined); // the known keys stay
      if (!isAway) await loading; // during an outage no token waits for the attempt
    }
    return this.#known as JWTVerifyGetKey;
  }

  async #reloadForUnknownKey(error: unknown): Promise<void> {
    if (this.#mayTry) await this.#load();
    else if (this.#failure !== undefined) throw new IssuerUnreachableError(this.#failure);
    else throw error;
  }

  get #mayTry(): boolean {
    return this.#loading !== undefined || this.clock() - this.#triedAt >= RELOAD_COOLDOWN_MS;
  }

  #load(): Promise<void> {
    this.#loading ??= this.#fetch().finally(() => {
      this.#loading = undefined;
      this.#triedAt = this.clock();
    });
    return this.#loading;
  }

  async #fetch(): Promise<void> {
    try {
      this.#known = await this.discovery.using('keys', async ({ jwks_uri: address }) =>
        createLocalJWKSet((await fetchJson(String(address), { redirect: 'error' })) as JSONWebKeySet),
      );
      this.#loadedAt = this.clock();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
