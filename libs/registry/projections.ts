import type { Projection } from '#libs/engine/projector/projection.js';
import { applicationKeysProjection } from '#libs/registry/applications/projections/application-keys/application-keys.projection.js';
import { applicationsProjection } from '#libs/registry/applications/projections/applications/applications.projection.js';
import { clientsProjection } from '#libs/registry/applications/projections/clients/clients.projection.js';
import { projectsProjection } from '#libs/registry/projects/projections/projects/projects.projection.js';

/** Every projection there is: what is not in this list is not run. */
export const projections: readonly Projection[] = [
  applicationsProjection,
  projectsProjection,
  applicationKeysProjection,
  clientsProjection,
];
