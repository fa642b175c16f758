import type { EventType } from '#libs/registry/shared/events.js';

/**
 * The names under which events are public (ZITADEL's own), or undefined for an event that is nobody else's business.
 * A stored event without an entry does not compile.
 */
export const publicEventNames: { readonly [Type in EventType]: string | undefined } = {
  ProjectAdded: 'project.added',
  ProjectChanged: 'project.changed',
  ProjectDeactivated: 'project.deactivated',
  ProjectReactivated: 'project.reactivated',
  ProjectRemoved: 'project.removed',
  ApplicationAdded: 'project.application.added',
  ApplicationChanged: 'project.application.changed',
  ApplicationDeactivated: 'project.application.deactivated',
  ApplicationReactivated: 'project.application.reactivated',
  ApplicationRemoved: 'project.application.removed',
  ApiConfigAdded: 'project.application.config.api.added',
  ApiConfigChanged: 'project.application.config.api.changed',
  ApiSecretChanged: 'project.application.config.api.secret.changed',
  ApplicationKeyAdded: 'project.application.oidc.key.added',
  ApplicationKeyRemoved: 'project.application.oidc.key.removed',
  NameReserved: undefined,
  CreationAbandoned: undefined,
  RenameAbandoned: undefined,
  ProjectionEventSkipped: 'projection.event.skipped',
  StoreIdentified: undefined,
};
