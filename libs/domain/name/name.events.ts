import type { EventOf } from '#libs/kernel/events.js';
import { object, text } from '#libs/kernel/shape.js';

/** What may bear a reserved name, and within what it must be unique. */
export type NameScope =
  | { readonly kind: 'application'; readonly projectId: string }
  | { readonly kind: 'project'; readonly organization: string };

/**
 * The stream that holds the reservation of one name.
 *
 * @param scope within what the name is unique
 * @param nameHash hash of the name's comparable form: a stream name must not carry a name of any length and alphabet
 */
export function nameStream(scope: NameScope, nameHash: string): string {
  return scope.kind === 'application'
    ? `applicationName-${scope.projectId}-${nameHash}`
    : `projectName-${scope.organization}-${nameHash}`;
}

/** Stored shapes are frozen; see application.events.ts. */
export const nameEvents = {
  /** The name belongs to `owner`, an application or project that is being created or exists. */
  NameReserved: { version: 1, data: object({ name: text, owner: text }) },
  /**
   * Stands alone in the stream of an owner that was never created, written by whoever took the name over: the
   * owner's own first append then fails, so that a creator that was only slow cannot end up with the name too.
   */
  CreationAbandoned: { version: 1, data: object({ owner: text }) },
} as const;

export type NameEvent = Extract<EventOf<typeof nameEvents>, { type: 'NameReserved' }>;

export type CreationAbandoned = Extract<EventOf<typeof nameEvents>, { type: 'CreationAbandoned' }>;
