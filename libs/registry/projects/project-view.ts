import { ProjectSchema } from '@zitadel/proto/zitadel/project_pb.js';
import type { AggregateView } from '#libs/registry/shared/features/aggregate-view.js';
import { refused } from '#libs/registry/shared/refused.js';
import { publicFields } from '#libs/registry/shared/rpc/public-fields.js';
import { projectStream } from './project.events.js';
import { projectRefusals } from './project.refusals.js';
import { projectMessage } from './project-message.js';
import { projectsCollection } from './projections/projects/projects.document.js';
import { projectsProjection } from './projections/projects/projects.projection.js';

/** A project as GetProjectByID answers it. */
export const projectView: AggregateView = {
  aggregateType: 'project',
  stream: projectStream,
  projections: [projectsProjection],
  fields(documents, id) {
    const project = documents.of(projectsCollection).get(id);
    return project && publicFields(ProjectSchema, projectMessage(project), project);
  },
  missing: () => refused(projectRefusals, 'COMMAND-3M9sd'),
};
