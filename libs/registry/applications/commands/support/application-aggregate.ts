import type { NamedAggregate } from '#libs/registry/shared/commands/named-aggregate.js';
import { type ApplicationCommand, applicationDecider } from '../../application.decide.js';
import type { ApplicationEvent } from '../../application.events.js';
import { type ApplicationRefusal, applicationRefusals } from '../../application.refusals.js';
import type { ApplicationState } from '../../application.state.js';
import { applicationNames } from '../../application-names.js';

/** How commands on applications are decided and refused. */
export const applicationAggregate: NamedAggregate<
  ApplicationState,
  ApplicationCommand,
  ApplicationEvent,
  ApplicationRefusal
> = {
  decider: applicationDecider,
  names: applicationNames,
  refusals: applicationRefusals,
  nameTaken: 'V3-DKcYh',
};
