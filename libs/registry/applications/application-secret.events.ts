import { publicEvent } from '#libs/engine/events/event-definition.js';
import { count, hidden, object, optional, text, time } from '#libs/engine/kernel/shape.js';
import { secretIdOf } from './secret-id.js';

/** The last characters of a secret, by which a person tells it from others; empty: not known. */
const secretHint = hidden(text);

const secretChangedBefore = object({ appId: text, secretHash: text });

/** The events of the secrets of an API client. Shapes are frozen: see `applicationEvents`. */
export const secretEvents = {
  /**
   * A new secret replaces the others. They are no longer accepted, or live on until `formerSecretsEndAt`, which was
   * chosen at `changedAt`; both times are there or neither.
   */
  ApiSecretChanged: publicEvent('project.application.config.api.secret.changed', secretChangedBefore).nextVersion(
    object({
      appId: text,
      secretId: text,
      secretHash: hidden(text),
      secretHint,
      formerSecretsEndAt: optional(time),
      changedAt: optional(time),
    }),
    ({ appId, secretHash }) => ({ appId, secretId: secretIdOf(secretHash), secretHash, secretHint: '' }),
  ),
  /** A further secret, beside the others. `addedAt` is the time from which notices of its expiry are counted. */
  SecretAdded: publicEvent(
    'project.application.config.api.secret.added',
    object({
      appId: text,
      secretId: text,
      name: text,
      secretHash: hidden(text),
      secretHint,
      addedAt: time,
      expiresAt: optional(time),
    }),
  ),
  /** The secret is not accepted until it is enabled. */
  SecretDisabled: publicEvent(
    'project.application.config.api.secret.disabled',
    object({ appId: text, secretId: text }),
  ),
  SecretEnabled: publicEvent('project.application.config.api.secret.enabled', object({ appId: text, secretId: text })),
  /** A notice: the secret expires in so many days, or in fewer when it was noted late. At most once for each number. */
  SecretExpiring: publicEvent(
    'project.application.config.api.secret.expiring',
    object({ appId: text, secretId: text, days: count, expiresAt: time }),
  ),
  /** A notice: the secret has expired. It has been refused since `expiresAt`, whenever this was noted. At most once. */
  SecretExpired: publicEvent(
    'project.application.config.api.secret.expired',
    object({ appId: text, secretId: text, expiresAt: time }),
  ),
  SecretRemoved: publicEvent('project.application.config.api.secret.removed', object({ appId: text, secretId: text })),
} as const;
