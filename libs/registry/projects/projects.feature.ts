import { managementService } from '#libs/registry/contract/services.js';
import { ownerEvents, reservationEvents } from '#libs/registry/names/index.js';
import type { Feature } from '#libs/registry/shared/features/feature.js';
import { AddProjectHandler } from './commands/add-project/add-project.handler.js';
import { DeactivateProjectHandler } from './commands/deactivate-project/deactivate-project.handler.js';
import { ReactivateProjectHandler } from './commands/reactivate-project/reactivate-project.handler.js';
import { RemoveProjectHandler } from './commands/remove-project/remove-project.handler.js';
import { Projects } from './commands/support/projects.js';
import { UpdateProjectHandler } from './commands/update-project/update-project.handler.js';
import { projectEvents, projectStreams } from './project.events.js';
import { projectRefusals } from './project.refusals.js';
import { projectNames } from './project-names.js';
import { projectView } from './project-view.js';
import { projectLivesProjection } from './projections/project-lives/project-lives.projection.js';
import { projectsProjection } from './projections/projects/projects.projection.js';
import { ProjectsRpc } from './projects.rpc.js';
import { GetProjectByIdHandler } from './queries/get-project-by-id/get-project-by-id.handler.js';
import { ListProjectsHandler } from './queries/list-projects/list-projects.handler.js';

const { ProjectRemoved, ...eventsOfLife } = projectEvents;

/** Projects: what applications belong to. */
export const projectsFeature: Feature = {
  name: 'projects',
  events: projectEvents,
  streams: [
    {
      ...projectStreams,
      idText: '<projectId>',
      holds: "one project; its version is the project's sequence",
      aggregateType: 'project',
      events: { ...eventsOfLife, ...ownerEvents, ProjectRemoved },
    },
    {
      ...projectNames.reservations,
      idText: '<organization>-<hash>',
      holds: "the reservations of a project's name within an organization",
      events: reservationEvents,
    },
  ],
  refusals: projectRefusals,
  providers: [
    Projects,
    AddProjectHandler,
    DeactivateProjectHandler,
    ReactivateProjectHandler,
    RemoveProjectHandler,
    UpdateProjectHandler,
    GetProjectByIdHandler,
    ListProjectsHandler,
  ],
  projections: [projectsProjection, projectLivesProjection],
  views: [projectView],
  services: [managementService],
  calls: [ProjectsRpc],
  groups: { Projects: 'What applications belong to.' },
  permissions: {
    'project.read': [
      'IAM_OWNER',
      'IAM_OWNER_VIEWER',
      'IAM_ORG_MANAGER',
      'ORG_OWNER',
      'ORG_OWNER_VIEWER',
      'PROJECT_OWNER',
      'PROJECT_OWNER_VIEWER',
      'PROJECT_OWNER_GLOBAL',
      'PROJECT_OWNER_VIEWER_GLOBAL',
    ],
    'project.create': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER', 'ORG_PROJECT_CREATOR'],
    'project.write': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER', 'PROJECT_OWNER'],
    'project.delete': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER', 'PROJECT_OWNER'],
  },
  fieldExamples: { projectId: '228204398345880576' },
};
