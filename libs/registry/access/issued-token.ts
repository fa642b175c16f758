import type { JWTPayload } from 'jose';
import type { Caller } from './caller.js';

/** A token of the issuer whose signature, issuer and times have been verified. Its audience has not. */
export class IssuedToken {
  readonly audiences: readonly string[];
  /** The caller that it names, once that has been checked. */
  caller: Caller | undefined;

  /** @param until it has to be verified again then, in milliseconds since 1970 */
  constructor(
    readonly claims: JWTPayload,
    readonly until: number,
  ) {
    const { aud } = claims;
    this.audiences = [aud ?? []].flat().filter((audience) => typeof audience === 'string');
  }

  isFor(audience: string): boolean {
    return this.audiences.includes(audience);
  }
}
