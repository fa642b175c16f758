import type { EventOf } from '#libs/engine/kernel/events.js';
import { type Infer, object, oneOf, optional, text, time } from '#libs/engine/kernel/shape.js';
import type { CreationAbandoned, RenameAbandoned } from '#libs/registry/names/name.events.js';

/** The stream of one application: its version is the application's sequence. */
export function applicationStream(appId: string): string {
  return `application-${appId}`;
}

const authMethod = oneOf('basic', 'privateKeyJwt');

/** How an API client proves who it is: by a secret, or by a signed assertion. */
export type AuthMethod = Infer<typeof authMethod>;

const keyType = oneOf('json');

/** In what form the private half of a key was handed out. */
export type KeyType = Infer<typeof keyType>;

/**
 * Stored shapes are frozen: what is written here has been written to disks for years. A change is a new version with
 * an upcaster from the old one, and a golden file of its own under test/golden/events.
 */
export const applicationEvents = {
  ApplicationAdded: { version: 1, data: object({ appId: text, projectId: text, name: text }) },
  ApplicationChanged: { version: 1, data: object({ appId: text, name: text }) },
  ApplicationDeactivated: { version: 1, data: object({ appId: text }) },
  ApplicationReactivated: { version: 1, data: object({ appId: text }) },
  /** The last event of its stream. */
  ApplicationRemoved: { version: 1, data: object({ appId: text }) },
  ApiConfigAdded: {
    version: 1,
    data: object({ appId: text, clientId: text, authMethod, secretHash: optional(text) }),
  },
  /** Whoever authenticated by the former method does so no longer: a secret ends with it, keys only rest. */
  ApiConfigChanged: { version: 1, data: object({ appId: text, authMethod }) },
  /** The former secret, where there was one, has ended. */
  ApiSecretChanged: { version: 1, data: object({ appId: text, secretHash: text }) },
  /** Holds the public half of the key, as PEM; the private one is known to the client alone. */
  ApplicationKeyAdded: {
    version: 1,
    data: object({
      appId: text,
      projectId: text,
      clientId: text,
      keyId: text,
      keyType,
      expirationDate: time,
      publicKey: text,
    }),
  },
  ApplicationKeyRemoved: { version: 1, data: object({ appId: text, keyId: text }) },
} as const;

export type ApplicationEvent = EventOf<typeof applicationEvents> | CreationAbandoned | RenameAbandoned;
