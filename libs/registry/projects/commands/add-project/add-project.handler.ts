import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import { Repository } from '#libs/engine/commands/repository.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { detailsOf } from '#libs/registry/shared/commands/details.js';
import { privateLabelingSettings } from '../../enum-words.js';
import { decideProject, projectDecider } from '../../project.decide.js';
import { projectStream } from '../../project.events.js';
import { noProject, type ProjectState } from '../../project.state.js';
import { Projects } from '../support/projects.js';
import { type AddedProject, AddProjectCommand } from './add-project.command.js';

/** decide → reserve the name → append to the project's own stream. */
@CommandHandler(AddProjectCommand)
export class AddProjectHandler implements ICommandHandler<AddProjectCommand> {
  constructor(
    private readonly repository: Repository,
    private readonly projects: Projects,
    private readonly executor: CommandExecutor,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute(command: AddProjectCommand): Promise<AddedProject> {
    const { resourceOwner } = command.context;
    const created = await this.executor.execute(() => this.#plan(command), command.context);
    if (created === undefined) throw refused('COMMAND-opamwu');
    const { plan, appended, at } = created;
    return { projectId: plan.projectId, details: detailsOf(appended, at, resourceOwner) };
  }

  /** What there is under a wanted id; nothing under one that is yet to be drawn. */
  async #existing(projectId: string | undefined): Promise<ProjectState> {
    if (projectId === undefined) return noProject;
    const { state, revision } = await this.repository.load(projectStream(projectId), projectDecider);
    // The stream of a project that never came to be, or has been deleted, takes no first event any more.
    if (state.status === 'absent' && revision !== 'noStream') throw refused('COMMAND-opamwu');
    return state;
  }

  /** Draws an id, unless one is wanted, and decides with it. */
  async #plan(command: AddProjectCommand) {
    const existing = await this.#existing(command.projectId);
    const projectId = command.projectId ?? this.nextId();
    const { name, projectRoleAssertion, projectRoleCheck, hasProjectCheck } = command;
    const decision = decideProject(existing, {
      type: 'AddProject',
      projectId,
      name,
      projectRoleAssertion,
      projectRoleCheck,
      hasProjectCheck,
      privateLabelingSetting: privateLabelingSettings.stored(command.privateLabelingSetting),
    });
    if (!decision.accepted) throw refused(decision.refusal);
    const organization = command.context.resourceOwner;
    const plan = this.projects.plan({ projectId, organization, events: decision.events, expected: 'noStream', name });
    return { projectId, ...plan };
  }
}
