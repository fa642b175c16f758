import { type EventOf, publicEvent } from '#libs/engine/events/event-definition.js';
import type { StreamKind } from '#libs/engine/events/own-streams.js';
import { flag, type Infer, object, oneOf, optional, text } from '#libs/engine/kernel/shape.js';
import type { OwnerEvent } from '#libs/registry/names/index.js';

/** The streams of projects. */
export const projectStreams: StreamKind = { prefix: 'project-', id: '\\d+' };

/** The stream of one project: its version is the project's sequence. */
export function projectStream(projectId: string): string {
  return `${projectStreams.prefix}${projectId}`;
}

const privateLabelingSetting = oneOf(
  'unspecified',
  'enforceProjectResourceOwnerPolicy',
  'allowLoginUserResourceOwnerPolicy',
);

/** Whose branding a login shows; stored and answered, because infrastructure tools compare it with what they set. */
export type PrivateLabelingSetting = Infer<typeof privateLabelingSetting>;

/** Stored shapes are frozen; see application.events.ts. */
export const projectEvents = {
  ProjectAdded: publicEvent(
    'project.added',
    object({
      projectId: text,
      name: text,
      projectRoleAssertion: flag,
      projectRoleCheck: flag,
      hasProjectCheck: flag,
      privateLabelingSetting,
    }),
  ),
  /** Contains only the settings that have changed. */
  ProjectChanged: publicEvent(
    'project.changed',
    object({
      projectId: text,
      name: optional(text),
      projectRoleAssertion: optional(flag),
      projectRoleCheck: optional(flag),
      hasProjectCheck: optional(flag),
      privateLabelingSetting: optional(privateLabelingSetting),
    }),
  ),
  ProjectDeactivated: publicEvent('project.deactivated', object({ projectId: text })),
  ProjectReactivated: publicEvent('project.reactivated', object({ projectId: text })),
  /** The last event of its stream. It removes the applications of the project too, which get no events of their own. */
  ProjectRemoved: publicEvent('project.removed', object({ projectId: text })),
} as const;

export type ProjectEvent = EventOf<typeof projectEvents> | OwnerEvent;
