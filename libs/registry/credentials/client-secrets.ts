import { type ClientDocument, type ClientSecret, hasExpired } from '#libs/registry/applications/index.js';
import { verifyClientSecret } from '#libs/registry/shared/client-secret.js';
import type { FailureReason } from './failed-authentications.js';

/** The most live secrets of a client. */
const MAX_SECRETS = 20;

/** A hash that no secret has: checking it costs the same as checking a real one. */
const NO_HASH = `$sha256$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** The secret that a client presented, or why it is refused. */
export type SecretCheck =
  | { readonly secret: ClientSecret; readonly reason?: undefined }
  | { readonly secret?: undefined; readonly reason: FailureReason };

/**
 * Finds the secret that a client presented. Whatever is wrong costs the same number of hashes, so the time of a refusal
 * does not tell whether a client exists or how many secrets it has.
 *
 * @param client undefined: there is none of this id
 * @param now in milliseconds since 1970
 * @param matches answers whether a secret has a hash
 */
export function checkSecret(
  client: ClientDocument | undefined,
  presented: string,
  now: number,
  matches = verifyClientSecret,
): SecretCheck {
  const secrets = client?.secrets ?? [];
  for (const secret of secrets) {
    if (!matches(presented, secret.hash)) continue;
    const reason = faultOf(secret, now);
    if (reason === undefined) return { secret };
    spend(presented, MAX_SECRETS - secrets.indexOf(secret) - 1, matches);
    return { reason };
  }
  spend(presented, MAX_SECRETS - secrets.length, matches);
  return { reason: client === undefined ? 'unknown_client' : 'wrong_secret' };
}

function faultOf(secret: ClientSecret, now: number): FailureReason | undefined {
  if (secret.disabled) return 'secret_disabled';
  return hasExpired(secret, now) ? 'secret_expired' : undefined;
}

function spend(presented: string, hashes: number, matches: typeof verifyClientSecret): void {
  for (let spent = 0; spent < hashes; spent += 1) matches(presented, NO_HASH);
}
