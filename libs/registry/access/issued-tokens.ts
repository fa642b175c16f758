import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import { type Claims, IssuedToken, TokenSource } from './issued-token.js';
import { IssuerUnreachableError } from './issuer-discovery.js';
import type { AskIssuer } from './issuer-introspection.js';
import { privateKeyAlgorithms } from './signature-algorithms.js';
import { faultOfTimes } from './token-times.js';
import { faultOfType } from './token-type.js';

/** Node's limit for all headers together over HTTP/1.1. */
export const MAX_TOKEN_CHARACTERS = 16_384;

const CLOCK_TOLERANCE_SECONDS = 5; // the most by which the issuer's clock may differ from ours
const TRUST_MS = 60_000; // a token is verified again after this, so a withdrawn key is refused
const TRUST_ANSWER_MS = 5_000; // the issuer is asked about a token again after this, so a revoked one is refused
const MAX_CACHED_TOKENS = 10_000;
const MAX_CACHE_CHARACTERS = 16_777_216; // at most about 32 MB
const CLAIMS_CHARACTERS = 2_048; // estimate for the entry beside the token

/** The characters of a bearer token (RFC 6750, section 2.1). */
const TOKEN = /^[\w.~+/-]+=*$/;

/** A signed JWT (RFC 7515, section 3.1): three parts. Only the issuer can read a token of another form. */
const JWS = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** The issuer, audience and keys that a token must have. */
export interface TokenExpectations {
  readonly issuer: string;
  /** The audience of calls of the API. */
  readonly audience: string;
  /** Resolves the key that a token names; throws {@link IssuerUnreachableError} when the issuer does not answer. */
  readonly keys: JWTVerifyGetKey;
  /** Asks the issuer about a token that is no JWT; undefined: such tokens are not accepted. */
  readonly ask?: AskIssuer | undefined;
}

/** Verifies the tokens of the issuer, and remembers those that are valid. */
export class IssuedTokens extends TokenSource {
  readonly #verified = new LRUCache<string, IssuedToken>({
    max: MAX_CACHED_TOKENS,
    maxSize: MAX_CACHE_CHARACTERS,
    sizeCalculation: (_, token) => token.length + CLAIMS_CHARACTERS,
  });
  /** Tokens of which the issuer said lately that they are not active. */
  readonly #inactive = new LRUCache<string, true>({
    max: MAX_CACHED_TOKENS,
    maxSize: MAX_CACHE_CHARACTERS,
    sizeCalculation: (_, token) => token.length + 1,
    ttl: TRUST_ANSWER_MS,
  });
  readonly #underWay = new Map<string, Promise<IssuedToken | undefined>>();

  /**
   * @param expectations called for each verification: the development issuer has no address before the server starts
   * @param log gets the reason of a refusal, which no answer contains
   */
  constructor(
    private readonly expectations: () => TokenExpectations,
    private readonly clock: Clock,
    private readonly log?: Log,
  ) {
    super();
  }

  /** The audience that a token must have for calls of the API. */
  get audience(): string {
    return this.expectations().audience;
  }

  get issuer(): string {
    return this.expectations().issuer;
  }

  known(token: string): IssuedToken | undefined {
    const known = this.#verified.get(token);
    return known !== undefined && known.until > this.clock() ? known : undefined;
  }

  async verify(token: string, requestId?: string): Promise<IssuedToken | undefined> {
    return this.known(token) ?? this.#underWay.get(token) ?? this.#begin(token, requestId);
  }

  /** Logs why a token is refused. */
  refuse(reason: string, requestId: string | undefined): undefined {
    this.log?.debug?.({ requestId, reason }, 'a token was refused');
    return undefined;
  }

  #begin(token: string, requestId: string | undefined): Promise<IssuedToken | undefined> {
    const verified = this.#verify(token, requestId).finally(() => this.#underWay.delete(token));
    this.#underWay.set(token, verified);
    return verified;
  }

  async #verify(token: string, requestId: string | undefined): Promise<IssuedToken | undefined> {
    const refuse = (reason: string) => this.refuse(reason, requestId);
    if (token.length > MAX_TOKEN_CHARACTERS) return refuse(`it is longer than ${MAX_TOKEN_CHARACTERS} characters`);
    if (!TOKEN.test(token)) return refuse('it is not of the form of a bearer token');
    const now = this.clock();
    const { ask } = this.expectations();
    const isSigned = ask === undefined || JWS.test(token);
    const { claims, fault } = isSigned ? await this.#signed(token, now) : await this.#asked(token, ask, now);
    if (claims === undefined) return refuse(fault);
    const expiresAt = claims.exp === undefined ? Number.POSITIVE_INFINITY : claims.exp * 1000;
    const verified = new IssuedToken(claims, Math.min(expiresAt, now + (isSigned ? TRUST_MS : TRUST_ANSWER_MS)));
    this.#verified.set(token, verified);
    return verified;
  }

  /** What the issuer says of a token. It may not say who has issued it and until when it is valid. */
  async #asked(token: string, ask: AskIssuer, now: number): Promise<Checked> {
    if (this.#inactive.has(token)) return { fault: 'its issuer says that it is not active' };
    try {
      const claims = await ask(token);
      const fault = claims === undefined ? 'its issuer says that it is not active' : this.#faultOfAnswer(claims, now);
      if (fault === undefined) return { claims: claims ?? {} };
      this.#inactive.set(token, true);
      return { fault };
    } catch (error) {
      throw asContractError(error);
    }
  }

  #faultOfAnswer(claims: Claims, now: number): string | undefined {
    const { iss, exp, nbf } = claims;
    if (iss !== undefined && iss !== this.issuer) return 'its issuer says that another one has issued it';
    const fault = faultOfTimes(claims, now, CLOCK_TOLERANCE_SECONDS);
    if (fault !== undefined) return fault;
    if (exp !== undefined && exp <= now / 1000 - CLOCK_TOLERANCE_SECONDS) return 'it has expired';
    return nbf !== undefined && nbf > now / 1000 + CLOCK_TOLERANCE_SECONDS ? 'it is not valid yet' : undefined;
  }

  async #signed(token: string, now: number): Promise<Checked> {
    const { issuer, keys } = this.expectations();
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        algorithms: [...privateKeyAlgorithms],
        issuer,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(now),
      });
      const fault = faultOfType(protectedHeader, payload) ?? faultOfTimes(payload, now, CLOCK_TOLERANCE_SECONDS);
      return fault === undefined ? { claims: payload } : { fault };
    } catch (error) {
      if (error instanceof IssuerUnreachableError) throw asContractError(error);
      return { fault: messageOf(error) };
    }
  }
}

/** The claims of a valid token, or the fault of another one. */
type Checked =
  | { readonly claims: Claims; readonly fault?: undefined }
  | { readonly claims?: undefined; readonly fault: string };

function asContractError(error: unknown): unknown {
  return error instanceof IssuerUnreachableError ? ContractError.of(Code.UNAVAILABLE, error.message) : error;
}
