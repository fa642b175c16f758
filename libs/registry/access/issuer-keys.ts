import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Log } from '#libs/engine/runtime/logger.js';

const TIMEOUT_MS = 5_000;
const KEYS_MAX_AGE_MS = 60_000; // a withdrawn key is still accepted for this long
const RELOAD_COOLDOWN_MS = 5_000; // tokens with invented key ids must not cause a flood of requests to the issuer

/** The issuer cannot be reached, so a token can be neither accepted nor refused. */
export class IssuerUnreachableError extends Error {
  override readonly name = 'IssuerUnreachableError';

  constructor(cause: unknown) {
    super('the token issuer cannot be reached to verify the token: try again later', { cause });
  }
}

/** The errors of jose whose cause is the token, not the issuer. */
const tokenFaults = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/**
 * The keys that an issuer publishes. Its discovery document is fetched for the first token and, if that failed, again
 * for the next one; its keys are fetched again when they are old or do not contain a token's key.
 *
 * @param issuer its URL, as in the tokens' `iss`
 * @param log gets one entry, with the reason, when the issuer cannot be used, and one when it can be used again
 * @returns a key source that throws {@link IssuerUnreachableError} when the issuer does not answer correctly
 */
export function issuerKeys(issuer: string, log: Log): JWTVerifyGetKey {
  let discovered: Promise<JWTVerifyGetKey> | undefined;
  let failing = false;
  const answered = () => {
    if (failing) log.info({ issuer }, 'the token issuer can be used');
    failing = false;
  };
  const failed = (error: unknown) => {
    if (!failing) log.warn({ issuer, reason: reasonOf(error) }, 'the token issuer cannot be used; trying again');
    failing = true;
  };
  return async (header, token) => {
    try {
      discovered ??= discover(issuer);
      const keys = await discovered;
      const key = await keys(header, token);
      answered();
      return key;
    } catch (error) {
      if (tokenFaults.some((fault) => error instanceof fault)) {
        answered();
        throw error;
      }
      if (error instanceof DiscoveryError) discovered = undefined;
      failed(error);
      throw new IssuerUnreachableError(error);
    }
  };
}

/** The message of an error and of its causes: the message of a failed fetch alone does not state the reason. */
function reasonOf(error: unknown): string {
  const { message, code = '', cause } = error as NodeJS.ErrnoException;
  const text = message || code; // an error about several failed addresses has a code alone
  return cause === undefined ? text : `${text}: ${reasonOf(cause)}`;
}

class DiscoveryError extends Error {
  override readonly name = 'DiscoveryError';
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const address = discoveryUrl(issuer);
  try {
    const { jwks_uri: keys } = await fetchDiscovery(issuer);
    return createRemoteJWKSet(new URL(String(keys)), {
      timeoutDuration: TIMEOUT_MS,
      cacheMaxAge: KEYS_MAX_AGE_MS,
      cooldownDuration: RELOAD_COOLDOWN_MS,
    });
  } catch (error) {
    throw new DiscoveryError(`${address} cannot be used`, { cause: error });
  }
}

/**
 * Fetches the discovery document of an issuer (OpenID Connect Discovery 1.0, section 4).
 *
 * @throws Error it cannot be fetched, or it is that of another issuer
 */
export async function fetchDiscovery(issuer: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(discoveryUrl(issuer), { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  const document = (await response.json()) as Readonly<Record<string, unknown>>;
  if (document.issuer !== issuer) throw new Error(`it speaks for another issuer: ${String(document.issuer)}`);
  return document;
}

function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}
