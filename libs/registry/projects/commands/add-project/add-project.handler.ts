import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import { Repository } from '#libs/engine/commands/repository.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { NAME_RESERVER, type NameReserver } from '#libs/registry/names/index.js';
import { detailsOf } from '#libs/registry/shared/commands/details.js';
import { plannedChange } from '#libs/registry/shared/commands/named-aggregate.js';
import { refused } from '#libs/registry/shared/refused.js';
import { privateLabelingSettings } from '../../enum-words.js';
import { projectDecider } from '../../project.decide.js';
import { projectStream } from '../../project.events.js';
import { projectRefusals } from '../../project.refusals.js';
import { noProject, type ProjectState } from '../../project.state.js';
import { projectAggregate } from '../support/project-aggregate.js';
import { type AddedProject, AddProjectCommand } from './add-project.command.js';

/** decide → reserve the name → append to the project's own stream. */
@CommandHandler(AddProjectCommand)
export class AddProjectHandler implements ICommandHandler<AddProjectCommand> {
  constructor(
    private readonly repository: Repository,
    @Inject(NAME_RESERVER) private readonly names: NameReserver,
    private readonly executor: CommandExecutor,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute(command: AddProjectCommand): Promise<AddedProject> {
    const { context } = command;
    const created = await this.executor.execute(() => this.#plan(command), context);
    if (created === undefined) throw refused(projectRefusals, 'COMMAND-opamwu');
    const { plan, appended, at } = created;
    return { projectId: plan.projectId, details: detailsOf(appended, at, context.resourceOwner) };
  }

  /** The project under a requested id; none where the id is still to be generated. */
  async #existing(projectId: string | undefined): Promise<ProjectState> {
    if (projectId === undefined) return noProject;
    const { state, revision } = await this.repository.load(projectStream(projectId), projectDecider);
    // The stream of an abandoned creation, or a deleted one, takes no first event any more.
    if (state.status === 'absent' && revision !== 'noStream') throw refused(projectRefusals, 'COMMAND-opamwu');
    return state;
  }

  /** Generates an id, unless one is requested, and decides with it. */
  async #plan(command: AddProjectCommand) {
    const state = await this.#existing(command.projectId);
    const projectId = command.projectId ?? this.nextId();
    const { name, projectRoleAssertion, projectRoleCheck, hasProjectCheck } = command;
    const privateLabelingSetting = privateLabelingSettings.stored(command.privateLabelingSetting);
    const settings = { name, projectRoleAssertion, projectRoleCheck, hasProjectCheck, privateLabelingSetting };
    const plan = plannedChange(
      projectAggregate,
      this.names,
      { state, revision: 'noStream' },
      { type: 'AddProject', projectId, ...settings },
      { id: projectId, scope: command.context.resourceOwner },
    );
    return { projectId, ...plan };
  }
}
