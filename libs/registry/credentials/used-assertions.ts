import { createHash } from 'node:crypto';
import { SKEW_SECONDS, type VerifiedAssertion } from '#libs/registry/shared/oauth/assertion-claims.js';
import { OAuthError } from '#libs/registry/shared/oauth/oauth-error.js';

const MAX_REMEMBERED = 100_000;

/**
 * Remembers the ids of assertions that were used, until they expire. The memory is bounded: an assertion that does not
 * fit is not accepted, because it could be used again.
 */
export class UsedAssertions {
  /** By a digest of client and id: when it may be forgotten, in milliseconds since 1970. */
  readonly #used = new Map<string, number>();

  constructor(private readonly places = MAX_REMEMBERED) {}

  /**
   * Whether an assertion was used before; from now on it was. One without an id can be used many times.
   *
   * @param now in milliseconds since 1970
   * @throws OAuthError temporarily_unavailable: there is no room for another one
   */
  wasUsed({ clientId, claims: { jti, exp = 0 } }: VerifiedAssertion, now: number): boolean {
    if (jti === undefined) return false;
    const digest = createHash('sha256').update(`${clientId}\0${jti}`).digest('base64');
    const until = this.#used.get(digest);
    if (until !== undefined && until > now) return true;
    if (this.#used.size >= this.places) this.#forgetExpired(now);
    if (this.#used.size >= this.places) throw OAuthError.unavailable('too many assertions are in use: try again');
    this.#used.set(digest, (exp + SKEW_SECONDS) * 1000);
    return false;
  }

  #forgetExpired(now: number): void {
    for (const [digest, until] of this.#used) if (until <= now) this.#used.delete(digest);
  }
}
