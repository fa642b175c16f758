import type { NamedAggregate } from '#libs/registry/shared/commands/named-aggregate.js';
import { type ProjectCommand, projectDecider } from '../../project.decide.js';
import type { ProjectEvent } from '../../project.events.js';
import { type ProjectRefusal, projectRefusals } from '../../project.refusals.js';
import type { ProjectState } from '../../project.state.js';
import { projectNames } from '../../project-names.js';

/** How commands on projects are decided and refused. */
export const projectAggregate: NamedAggregate<ProjectState, ProjectCommand, ProjectEvent, ProjectRefusal> = {
  decider: projectDecider,
  names: projectNames,
  refusals: projectRefusals,
  nameTaken: 'COMMAND-opamwu',
};
