import { type EventOf, publicEvent } from '#libs/engine/events/event-definition.js';
import type { StreamKind } from '#libs/engine/events/own-streams.js';
import { hidden, type Infer, object, oneOf, optional, text, time } from '#libs/engine/kernel/shape.js';
import type { OwnerEvent } from '#libs/registry/names/index.js';
import { secretEvents } from './application-secret.events.js';
import { secretIdOf } from './secret-id.js';

/** The streams of applications. */
export const applicationStreams: StreamKind = { prefix: 'application-', id: '\\d+' };

/** The stream of one application: its version is the application's sequence. */
export function applicationStream(appId: string): string {
  return `${applicationStreams.prefix}${appId}`;
}

const authMethod = oneOf('basic', 'privateKeyJwt');

/** How an API client authenticates: with a secret, or with a signed assertion. */
export type AuthMethod = Infer<typeof authMethod>;

const keyType = oneOf('json');

/** The format in which the private half of a key was answered. */
export type KeyType = Infer<typeof keyType>;

/**
 * Stored shapes are frozen: stores hold them for years. A change is a new version with an upcaster from the one before
 * (`nextVersion`), and a golden file of its own under test/golden/events. They are declared in an order in which
 * they can happen to one application.
 */
export const applicationEvents = {
  ApplicationAdded: publicEvent('project.application.added', object({ appId: text, projectId: text, name: text })),
  ApiConfigAdded: publicEvent(
    'project.application.config.api.added',
    object({ appId: text, clientId: text, authMethod, secretHash: hidden(optional(text)) }),
  ).nextVersion(
    object({
      appId: text,
      clientId: text,
      authMethod,
      secretId: optional(text),
      secretHash: hidden(optional(text)),
      secretHint: hidden(optional(text)),
    }),
    ({ secretHash, ...config }) =>
      secretHash === undefined ? config : { ...config, secretId: secretIdOf(secretHash), secretHash, secretHint: '' },
  ),
  ApplicationChanged: publicEvent('project.application.changed', object({ appId: text, name: text })),
  ApplicationDeactivated: publicEvent('project.application.deactivated', object({ appId: text })),
  ApplicationReactivated: publicEvent('project.application.reactivated', object({ appId: text })),
  ...secretEvents,
  /** The former method is no longer accepted: its secrets are gone, its keys and their URL are kept but not accepted. */
  ApiConfigChanged: publicEvent('project.application.config.api.changed', object({ appId: text, authMethod })),
  /** Contains the public half of the key, as PEM; only the client has the private half. */
  ApplicationKeyAdded: publicEvent(
    'project.application.oidc.key.added',
    object({
      appId: text,
      projectId: text,
      clientId: text,
      keyId: text,
      keyType,
      expirationDate: time,
      publicKey: text,
    }),
  ),
  /** Contains the public half of a key that the client's owner has made, as PEM. */
  ApplicationKeyRegistered: publicEvent(
    'project.application.oidc.key.registered',
    object({ appId: text, projectId: text, clientId: text, keyId: text, expirationDate: time, publicKey: text }),
  ),
  ApplicationKeyRemoved: publicEvent('project.application.oidc.key.removed', object({ appId: text, keyId: text })),
  /** The client's owner publishes its public keys at this URL (RFC 7517), in place of a former one. */
  JwksUriSet: publicEvent('project.application.config.api.jwks_uri.set', object({ appId: text, jwksUri: text })),
  JwksUriRemoved: publicEvent('project.application.config.api.jwks_uri.removed', object({ appId: text })),
  /** The last event of its stream. */
  ApplicationRemoved: publicEvent('project.application.removed', object({ appId: text })),
} as const;

export type ApplicationEvent = EventOf<typeof applicationEvents> | OwnerEvent;
