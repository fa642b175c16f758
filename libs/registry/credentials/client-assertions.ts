import { createPublicKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CLOCK, CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import { faultOfClaims, type VerifiedAssertion } from '#libs/registry/shared/oauth/assertion-claims.js';
import { AssertionAudiences } from './assertion-audiences.js';
import { type ClientKey, ClientKeys } from './client-keys.js';
import type { Failure } from './failed-authentications.js';
import { algorithmsFor } from './key-algorithms.js';
import { UsedAssertions } from './used-assertions.js';

const MAX_ASSERTION_CHARACTERS = 16_384;
const MAX_CACHED = 10_000;
const MAX_CACHE_CHARACTERS = 16_777_216;
const ENTRY_CHARACTERS = 512; // estimate for the entry beside the assertion

/** What an assertion that is not verified says of itself. */
interface Claimed {
  readonly keyId: string;
  readonly clientId: string;
  readonly algorithm: string;
}

/** An assertion that was verified, and what it says of itself: reading that costs more than all else that is checked. */
interface Known {
  readonly claimed: Claimed;
  readonly verified: VerifiedAssertion;
}

/**
 * Verifies assertions that clients sign with their keys (`private_key_jwt`, RFC 7523). Clients send an assertion many
 * times; its signature is verified once, but its key and its times are looked at each time.
 */
@Injectable()
export class ClientAssertions {
  readonly #verified = new LRUCache<string, Known>({
    max: MAX_CACHED,
    maxSize: MAX_CACHE_CHARACTERS,
    sizeCalculation: (_, assertion) => assertion.length + ENTRY_CHARACTERS,
  });
  readonly #used: UsedAssertions | undefined;

  constructor(
    private readonly keys: ClientKeys,
    private readonly audiences: AssertionAudiences,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIGURATION) { assertionSingleUse }: Configuration,
  ) {
    this.#used = assertionSingleUse ? new UsedAssertions() : undefined;
  }

  /**
   * @param named the client that the request names beside the assertion; undefined: none
   * @throws OAuthError temporarily_unavailable: the key is not known now
   */
  async verify(assertion: string, named: string | undefined): Promise<VerifiedAssertion | Failure> {
    const known = this.#verified.get(assertion);
    const claimed = known?.claimed ?? claimedBy(assertion);
    if (claimed === undefined) return malformed(named);
    const key = await this.keys.keyOf(claimed.clientId, claimed.keyId);
    const fail = failing(claimed.clientId, key);
    if (key === undefined) return fail('unknown_key');
    if (key.expiresAt <= this.clock()) return fail('key_expired');
    const verified =
      known?.verified.publicKey === key.publicKey ? known.verified : await this.#verify(assertion, claimed, key);
    if (verified === undefined) return fail('wrong_signature');
    const fault = faultOfClaims(verified.claims, { named, audiences: this.audiences.accepted(), now: this.clock() });
    if (fault !== undefined) return fail('wrong_claims', fault);
    if (this.#used?.wasUsed(verified, this.clock())) return fail('replayed', 'the assertion was used before');
    return verified;
  }

  async #verify(
    assertion: string,
    claimed: Claimed,
    { publicKey, credentialId: keyId }: ClientKey,
  ): Promise<VerifiedAssertion | undefined> {
    const { algorithm, clientId } = claimed;
    const key = createPublicKey(publicKey);
    if (!algorithmsFor(key).includes(algorithm)) return undefined;
    const claims = await signedClaims(assertion, key, algorithm);
    if (claims === undefined) return undefined;
    const verified = { clientId, keyId, publicKey, claims };
    this.#verified.set(assertion, { claimed, verified });
    return verified;
  }
}

/** The claims of an assertion that the key has signed; undefined: it has not. */
async function signedClaims(assertion: string, key: KeyObject, algorithm: string): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await compactVerify(assertion, key, { algorithms: [algorithm] });
    return JSON.parse(Buffer.from(payload).toString('utf8')) as JWTPayload;
  } catch {
    return undefined;
  }
}

/** What an assertion says of itself; undefined: it is not a JWT with a key id and a client. */
function claimedBy(assertion: string): Claimed | undefined {
  if (assertion.length > MAX_ASSERTION_CHARACTERS) return undefined;
  try {
    const { kid, alg } = decodeProtectedHeader(assertion);
    const { iss } = decodeJwt(assertion);
    if (typeof kid !== 'string' || typeof alg !== 'string' || typeof iss !== 'string') return undefined;
    return { keyId: kid, clientId: iss, algorithm: alg };
  } catch {
    return undefined;
  }
}

function malformed(named = ''): Failure {
  const description = 'client_assertion must be a signed JWT with kid in its header, and iss, sub, aud and exp';
  return { reason: 'malformed_assertion', clientId: named, isKnown: false, description };
}

/** Only what is wrong in an assertion that the client has signed itself is described to it. */
function failing(clientId: string, key: ClientKey | undefined) {
  const isKnown = key !== undefined;
  return (reason: Failure['reason'], description?: string): Failure => ({
    reason,
    clientId,
    isKnown,
    ...(description !== undefined && { description }),
  });
}
