import { Inject, Injectable } from '@nestjs/common';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import { Repository } from '#libs/engine/commands/repository.js';
import { NAME_RESERVER, type NameReserver } from '#libs/registry/names/index.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { changeAggregate, plannedChange } from '#libs/registry/shared/commands/named-aggregate.js';
import { loadProject } from '../../load-project.js';
import type { ProjectCommand } from '../../project.decide.js';
import { projectAggregate } from './project-aggregate.js';

/** Changes projects as an organization sees them: those of other organizations do not exist for it. */
@Injectable()
export class Projects {
  constructor(
    private readonly repository: Repository,
    @Inject(NAME_RESERVER) private readonly names: NameReserver,
    private readonly executor: CommandExecutor,
  ) {}

  /** Runs a command on a project that exists. @throws ContractError what {@link changeAggregate} throws */
  change(command: ProjectCommand, context: CommandContext): Promise<Details> {
    const { projectId: id } = command;
    const { resourceOwner: scope } = context;
    const plan = async () => {
      const loaded = await loadProject(this.repository, id, scope);
      return plannedChange(projectAggregate, this.names, loaded, command, { id, scope });
    };
    return changeAggregate(this.executor, projectAggregate, id, plan, context);
  }
}
