import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { refused } from '#libs/registry/shared/refused.js';
import { accessRefusals } from './access.refusals.js';
import type { Caller } from './caller.js';
import { type ClaimNames, callerOf, faultOfNames, zitadelClaims } from './claims.js';
import type { IssuedToken } from './issued-token.js';
import { type IssuedTokens, MAX_TOKEN_CHARACTERS } from './issued-tokens.js';

/** The scheme as clients write it: the token of such a header is found without a pattern. */
const USUAL_SCHEME = 'Bearer ';

/** Authenticates the caller by the authorization header of a request. */
export class TokenVerifier {
  constructor(
    private readonly tokens: IssuedTokens,
    private readonly names: ClaimNames = zitadelClaims,
  ) {}

  /**
   * @param authorization the header as received
   * @param requestId of the request, for the log
   * @throws ContractError UNAUTHENTICATED; UNAVAILABLE when the issuer cannot be asked
   */
  async verify(authorization: string | undefined, requestId?: string): Promise<Caller> {
    if (authorization === undefined || authorization === '') {
      throw ContractError.of(Code.UNAUTHENTICATED, 'auth header missing');
    }
    return this.known(authorization) ?? this.#verify(authorization, requestId);
  }

  /** The caller of a recently verified header; undefined: it is not in the cache. */
  known(authorization: string | undefined): Caller | undefined {
    if (!authorization?.startsWith(USUAL_SCHEME)) return undefined;
    return this.tokens.known(authorization.slice(USUAL_SCHEME.length))?.caller;
  }

  async #verify(authorization: string, requestId: string | undefined): Promise<Caller> {
    const text = bearerToken(authorization);
    if (text === undefined) throw this.#refused('the header holds no bearer token', requestId);
    const token = await this.tokens.verify(text, requestId);
    if (token === undefined) throw refused(accessRefusals, 'AUTH-7fs1e');
    token.caller ??= this.#callerOf(token, requestId);
    return token.caller;
  }

  #callerOf(token: IssuedToken, requestId: string | undefined): Caller {
    if (!token.isFor(this.tokens.audience)) throw this.#refused('unexpected "aud" claim value', requestId);
    const caller = callerOf(token.claims, this.names);
    if (caller === undefined) {
      throw this.#refused(`the claims ${this.names.user} and ${this.names.organization} must be texts`, requestId);
    }
    const fault = faultOfNames(caller);
    if (fault !== undefined) throw this.#refused(fault, requestId);
    const { exp } = token.claims;
    return { ...caller, ...(exp !== undefined && { expiresAt: exp * 1_000 }) };
  }

  #refused(reason: string, requestId: string | undefined): ContractError {
    this.tokens.refuse(reason, requestId);
    return refused(accessRefusals, 'AUTH-7fs1e');
  }
}

/** The token of a `Bearer` header; undefined for another scheme, or for a token that is too long. */
function bearerToken(authorization: string): string | undefined {
  if (authorization.length > MAX_TOKEN_CHARACTERS) return undefined;
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
}
