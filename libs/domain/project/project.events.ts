import type { EventOf } from '#libs/kernel/events.js';
import { flag, type Infer, object, oneOf, text } from '#libs/kernel/shape.js';
import type { CreationAbandoned } from '../name/name.events.js';

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
} as const;

export type ProjectEvent = EventOf<typeof projectEvents> | CreationAbandoned;
