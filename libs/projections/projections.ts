import { applicationKeysProjection } from './application-keys/application-keys.projection.js';
import { applicationsProjection } from './applications/applications.projection.js';
import { clientsProjection } from './clients/clients.projection.js';
import type { Projection } from './projection.js';
import { projectsProjection } from './projects/projects.projection.js';

/** Every projection there is: what is not in this list is not run. */
export const projections: readonly Projection[] = [
  applicationsProjection,
  projectsProjection,
  applicationKeysProjection,
  clientsProjection,
];
