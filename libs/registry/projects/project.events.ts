import type { EventOf } from '#libs/engine/kernel/events.js';
import { flag, type Infer, object, oneOf, optional, text } from '#libs/engine/kernel/shape.js';
import type { CreationAbandoned, RenameAbandoned } from '#libs/registry/names/name.events.js';

/** The stream of one project: its version is the project's sequence. */
export function projectStream(projectId: string): string {
  return `project-${projectId}`;
}

const privateLabelingSetting = oneOf(
  'unspecified',
  'enforceProjectResourceOwnerPolicy',
  'allowLoginUserResourceOwnerPolicy',
);

/** Whose branding a login shows; stored and answered, because infrastructure tools read back what they set. */
export type PrivateLabelingSetting = Infer<typeof privateLabelingSetting>;

/** Stored shapes are frozen; see application.events.ts. */
export const projectEvents = {
  ProjectAdded: {
    version: 1,
    data: object({
      projectId: text,
      name: text,
      projectRoleAssertion: flag,
      projectRoleCheck: flag,
      hasProjectCheck: flag,
      privateLabelingSetting,
    }),
  },
  /** Holds what has changed and nothing else. */
  ProjectChanged: {
    version: 1,
    data: object({
      projectId: text,
      name: optional(text),
      projectRoleAssertion: optional(flag),
      projectRoleCheck: optional(flag),
      hasProjectCheck: optional(flag),
      privateLabelingSetting: optional(privateLabelingSetting),
    }),
  },
  ProjectDeactivated: { version: 1, data: object({ projectId: text }) },
  ProjectReactivated: { version: 1, data: object({ projectId: text }) },
  /** The last event of its stream. The applications of the project end with it, without events of their own. */
  ProjectRemoved: { version: 1, data: object({ projectId: text }) },
} as const;

export type ProjectEvent = EventOf<typeof projectEvents> | CreationAbandoned | RenameAbandoned;
