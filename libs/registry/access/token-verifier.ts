import { type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { refused } from '#libs/registry/shared/refused.js';
import { accessRefusals } from './access.refusals.js';
import type { Caller } from './caller.js';
import { callerOf, faultOfNames, ORGANIZATION_CLAIM } from './claims.js';
import { IssuerUnreachableError } from './issuer-keys.js';
import { faultOfTimes } from './token-times.js';

/** Algorithms with a private key only: whoever can verify with a shared secret can also sign. */
const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
];

const MAX_TOKEN_CHARACTERS = 16_384; // Node's limit for all headers together over HTTP/1.1
const CLOCK_TOLERANCE_SECONDS = 5; // the most by which the issuer's clock may differ from ours
const TRUST_MS = 60_000; // a token is verified again after this, so a withdrawn key is refused
const MAX_CACHED_TOKENS = 10_000;
const MAX_CACHE_CHARACTERS = 16_777_216; // at most about 32 MB
const CALLER_CHARACTERS = 1_024; // estimate for the entry beside the token

/** The issuer, audience and keys that a token must have. */
export interface TokenExpectations {
  readonly issuer: string;
  readonly audience: string;
  /** Resolves the key that a token names; throws {@link IssuerUnreachableError} when the issuer does not answer. */
  readonly keys: JWTVerifyGetKey;
}

interface Verified {
  readonly caller: Caller;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Authenticates the caller by the authorization header of a request. */
export class TokenVerifier {
  readonly #verified = new LRUCache<string, Verified>({
    max: MAX_CACHED_TOKENS,
    maxSize: MAX_CACHE_CHARACTERS,
    sizeCalculation: (_, authorization) => authorization.length + CALLER_CHARACTERS,
  });
  readonly #underWay = new Map<string, Promise<Caller>>();

  /**
   * @param expectations called for each verification: the development issuer has no address before the server starts
   * @param log gets the reason of a refusal, which the answer does not contain
   */
  constructor(
    private readonly expectations: () => TokenExpectations,
    private readonly clock: Clock,
    private readonly log?: Log,
  ) {}

  /**
   * @param authorization the header as received
   * @param requestId of the request, for the log
   * @throws ContractError UNAUTHENTICATED; UNAVAILABLE when the issuer's keys cannot be fetched
   */
  async verify(authorization: string | undefined, requestId?: string): Promise<Caller> {
    if (authorization === undefined || authorization === '') {
      throw ContractError.of(Code.UNAUTHENTICATED, 'auth header missing');
    }
    return this.known(authorization) ?? this.#underWay.get(authorization) ?? this.#begin(authorization, requestId);
  }

  /** The caller of a recently verified header; undefined: it is not in the cache. */
  known(authorization: string | undefined): Caller | undefined {
    if (authorization === undefined) return undefined;
    // The key is the whole header: parsing it would cost as much as the lookup.
    const known = this.#verified.get(authorization);
    return known !== undefined && known.until > this.clock() ? known.caller : undefined;
  }

  /** Verifies a token once for all concurrent requests with it. */
  #begin(authorization: string, requestId: string | undefined): Promise<Caller> {
    const caller = this.#verify(authorization, requestId).finally(() => this.#underWay.delete(authorization));
    this.#underWay.set(authorization, caller);
    return caller;
  }

  async #verify(authorization: string, requestId: string | undefined): Promise<Caller> {
    const refused = (reason: string) => this.#refused(reason, requestId);
    const token = bearerToken(authorization);
    if (token === undefined) throw refused('the header holds no bearer token');
    const now = this.clock();
    const claims = await this.#claimsOf(token, now, refused);
    const caller = callerOf(claims);
    if (caller === undefined) throw refused(`the claims sub and ${ORGANIZATION_CLAIM} must be texts`);
    const fault = faultOfTimes(claims, now, CLOCK_TOLERANCE_SECONDS) ?? faultOfNames(caller);
    if (fault !== undefined) throw refused(fault);
    const expiresAt = (claims.exp ?? 0) * 1000;
    this.#verified.set(authorization, { caller, until: Math.min(expiresAt, now + TRUST_MS) });
    return caller;
  }

  async #claimsOf(token: string, now: number, refused: (reason: string) => ContractError): Promise<JWTPayload> {
    const { issuer, audience, keys } = this.expectations();
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(now),
      });
      return payload;
    } catch (error) {
      if (error instanceof IssuerUnreachableError) throw ContractError.of(Code.UNAVAILABLE, error.message);
      throw refused(messageOf(error));
    }
  }

  #refused(reason: string, requestId: string | undefined): ContractError {
    this.log?.debug?.({ requestId, reason }, 'a token was refused');
    return refused(accessRefusals, 'AUTH-7fs1e');
  }
}

/** The token of a `Bearer` header; undefined for another scheme, or for a token that is too long. */
function bearerToken(authorization: string): string | undefined {
  if (authorization.length > MAX_TOKEN_CHARACTERS) return undefined;
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
}
