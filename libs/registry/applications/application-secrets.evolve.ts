import type { EventOf } from '#libs/engine/events/event-definition.js';
import { unreachable } from '#libs/engine/kernel/unreachable.js';
import type { SecretState } from './application.state.js';
import type { secretEvents } from './application-secret.events.js';
import { afterReplacement, withChanged, withoutSecret } from './secret-list.js';

/** An event of the secrets of a client. */
export type SecretEvent = EventOf<typeof secretEvents>;

/** The secrets of a client that has just been configured: one at most. */
export function firstSecrets({ secretId }: { readonly secretId?: string }): readonly SecretState[] {
  return secretId === undefined ? [] : [newSecret(secretId, '')];
}

/** The secrets of a client after an event. */
export function evolveSecrets(secrets: readonly SecretState[], event: SecretEvent): readonly SecretState[] {
  switch (event.type) {
    case 'ApiSecretChanged': {
      const { secretId, formerSecretsEndAt, changedAt } = event.data;
      const former = afterReplacement(secrets, formerSecretsEndAt).map((secret, place) =>
        secret.expiresAt === secrets[place]?.expiresAt ? secret : expiring(secret, secret.expiresAt, changedAt),
      );
      return [...former, newSecret(secretId, '')];
    }
    case 'SecretAdded': {
      const { secretId, name, addedAt, expiresAt } = event.data;
      const secret = newSecret(secretId, name);
      return [...secrets, expiresAt === undefined ? secret : expiring(secret, Date.parse(expiresAt), addedAt)];
    }
    case 'SecretDisabled':
      return withChanged(secrets, event.data.secretId, (secret) => ({ ...secret, disabled: true }));
    case 'SecretEnabled':
      return withChanged(secrets, event.data.secretId, (secret) => ({ ...secret, disabled: false }));
    case 'SecretExpiring': {
      const { secretId, days } = event.data;
      return withChanged(secrets, secretId, (secret) => ({ ...secret, notedDays: [...secret.notedDays, days] }));
    }
    case 'SecretExpired':
      return withChanged(secrets, event.data.secretId, (secret) => ({ ...secret, notedExpired: true }));
    case 'SecretRemoved':
      return withoutSecret(secrets, event.data.secretId);
    default:
      return unreachable(event);
  }
}

function newSecret(secretId: string, name: string): SecretState {
  return { secretId, name, disabled: false, notedDays: [], notedExpired: false };
}

function expiring(secret: SecretState, expiresAt: number, setAt: string | undefined): SecretState {
  return { ...secret, expiresAt, ...(setAt !== undefined && { expirySetAt: Date.parse(setAt) }) };
}
