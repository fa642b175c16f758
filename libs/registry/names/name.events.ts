import { type EventOf, internalEvent } from '#libs/engine/events/event-definition.js';
import type { StreamKind } from '#libs/engine/events/own-streams.js';
import { count, object, optional, text } from '#libs/engine/kernel/shape.js';

/** What may bear a reserved name, and within what it must be unique. */
export type NameScope =
  | { readonly kind: 'application'; readonly projectId: string }
  | { readonly kind: 'project'; readonly organization: string };

/** A SHA-256 hash in base64url, as it stands at the end of a reservation's stream name. */
const HASH = '[\\w-]{43}';

/** The streams of reservations of applications' names. */
export const applicationNameStreams: StreamKind = { prefix: 'applicationName-', id: `\\d+-${HASH}` };

/** The streams of reservations of projects' names. */
export const projectNameStreams: StreamKind = { prefix: 'projectName-', id: `.+-${HASH}` };

/**
 * The stream that holds the reservation of one name.
 *
 * @param scope within what the name is unique
 * @param nameHash hash of the name's comparable form: a stream name must not carry a name of any length and alphabet
 */
export function nameStream(scope: NameScope, nameHash: string): string {
  return scope.kind === 'application'
    ? `${applicationNameStreams.prefix}${scope.projectId}-${nameHash}`
    : `${projectNameStreams.prefix}${scope.organization}-${nameHash}`;
}

/** Stored shapes are frozen; see application.events.ts. */
export const nameEvents = {
  /**
   * The name belongs to `owner`, an application or project that is about to bear it: by its creation, or by a change
   * that is appended at `ownerRevision`, the last revision of its stream. Once that stream has moved on by anything
   * else, the reservation holds no longer.
   */
  NameReserved: internalEvent(object({ name: text, owner: text, ownerRevision: optional(count) })),
  /**
   * Stands alone in the stream of an owner that was never created, written by whoever took the name over: the
   * owner's own first append then fails, so that a creator that was only slow cannot end up with the name too.
   */
  CreationAbandoned: internalEvent(object({ owner: text })),
  /**
   * Stands in the stream of an owner that was to be renamed, written by whoever took the new name over: the rename's
   * own append then fails. Nothing else changes about the owner.
   */
  RenameAbandoned: internalEvent(object({ owner: text, name: text })),
} as const;

export type NameEvent = Extract<EventOf<typeof nameEvents>, { type: 'NameReserved' }>;

export type CreationAbandoned = Extract<EventOf<typeof nameEvents>, { type: 'CreationAbandoned' }>;

export type RenameAbandoned = Extract<EventOf<typeof nameEvents>, { type: 'RenameAbandoned' }>;
