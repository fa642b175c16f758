import type { Caller } from './caller.js';

/** The claims of a token (RFC 7519, section 4), as its issuer has signed them. */
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly jti?: string;
  /** In seconds since 1970, as `nbf` and `iat`. */
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly [claim: string]: unknown;
}

/** A token of the issuer whose signature, issuer and times have been verified. Its audience has not. */
export class IssuedToken {
  readonly audiences: readonly string[];
  /** The caller that it names, once that has been checked. */
  caller: Caller | undefined;

  /** @param until it has to be verified again then, in milliseconds since 1970 */
  constructor(
    readonly claims: Claims,
    readonly until: number,
  ) {
    const { aud } = claims;
    this.audiences = [aud ?? []].flat().filter((audience) => typeof audience === 'string');
  }

  isFor(audience: string): boolean {
    return this.audiences.includes(audience);
  }
}

/** The tokens of the issuer. Nest injects it into features. */
export abstract class TokenSource {
  /** The issuer of all tokens. */
  abstract readonly issuer: string;

  /** A token that was verified lately; undefined: it is not known. */
  abstract known(token: string): IssuedToken | undefined;

  /**
   * Verifies a token, once for all concurrent requests with it.
   *
   * @param requestId of the request, for the log
   * @returns undefined: it is not a valid token of the issuer
   * @throws ContractError UNAVAILABLE: the issuer cannot be asked
   */
  abstract verify(token: string, requestId?: string): Promise<IssuedToken | undefined>;
}
