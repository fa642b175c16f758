import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type SecretSchema, SecretState } from '#libs/registry/contract/gen/appledger/v1/secrets_pb.js';
import type { ClientSecret } from './projections/clients/clients.document.js';
import { hasExpired } from './secret-list.js';

/**
 * A secret as the contract answers it: without the secret itself and its hash.
 *
 * @param lastUsedAt in milliseconds since 1970; undefined: no use is known
 * @param now in milliseconds since 1970
 */
export function secretMessage(
  secret: ClientSecret,
  lastUsedAt: number | undefined,
  now: number,
): MessageInitShape<typeof SecretSchema> {
  const { secretId, name, hint, createdAt, createdBy, expiresAt } = secret;
  return {
    secretId,
    name,
    hint,
    state: stateOf(secret, now),
    createdAt: timestampFromMs(createdAt),
    createdBy: { userId: createdBy.user, clientId: createdBy.client ?? '' },
    ...(expiresAt !== undefined && { expiresAt: timestampFromMs(expiresAt) }),
    ...(lastUsedAt !== undefined && { lastUsedAt: timestampFromMs(lastUsedAt) }),
  };
}

/** Whether a secret is accepted. A secret that is refused for two reasons has the state that cannot be undone. */
function stateOf(secret: ClientSecret, now: number): SecretState {
  if (hasExpired(secret, now)) return SecretState.EXPIRED;
  if (secret.disabled) return SecretState.DISABLED;
  return secret.replaced ? SecretState.REPLACED : SecretState.ACTIVE;
}
