import type { EventOf } from '#libs/kernel/events.js';
import { type Infer, object, oneOf, optional, text } from '#libs/kernel/shape.js';
import type { CreationAbandoned } from '../name/name.events.js';

/** The stream of one application: its version is the application's sequence. */
export function applicationStream(appId: string): string {
  return `application-${appId}`;
}

const authMethod = oneOf('basic', 'privateKeyJwt');

/** How an API client proves who it is: by a secret, or by a signed assertion. */
export type AuthMethod = Infer<typeof authMethod>;

/**
 * Stored shapes are frozen: what is written here has been written to disks for years. A change is a new version with
 * an upcaster from the old one, and a golden file of its own under test/golden/events.
 */
export const applicationEvents = {
  ApplicationAdded: { version: 1, data: object({ appId: text, projectId: text, name: text }) },
  ApiConfigAdded: {
    version: 1,
    data: object({ appId: text, clientId: text, authMethod, secretHash: optional(text) }),
  },
} as const;

export type ApplicationEvent = EventOf<typeof applicationEvents> | CreationAbandoned;
