import type { EventType } from '#libs/domain/events.js';

/**
 * The names under which events are public (ZITADEL's own), or undefined for an event that is nobody else's business.
 * A stored event without an entry does not compile.
 */
export const publicEventNames: { readonly [Type in EventType]: string | undefined } = {
  ProjectAdded: 'project.added',
  ApplicationAdded: 'project.application.added',
  ApiConfigAdded: 'project.application.config.api.added',
  NameReserved: undefined,
  CreationAbandoned: undefined,
  ProjectionEventSkipped: undefined,
};
