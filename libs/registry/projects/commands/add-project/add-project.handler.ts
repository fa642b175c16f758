import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { Changes } from '#libs/registry/shared/commands/changes.js';
import { detailsOf } from '#libs/registry/shared/commands/details.js';
import { Repository } from '#libs/registry/shared/commands/repository.js';
import { privateLabelingSettings } from '../../enum-words.js';
import { decideProject, projectDecider } from '../../project.decide.js';
import { projectStream } from '../../project.events.js';
import { noProject, type ProjectState } from '../../project.state.js';
import { type AddedProject, AddProjectCommand } from './add-project.command.js';

/** decide → reserve the name → append to the project's own stream. */
@CommandHandler(AddProjectCommand)
export class AddProjectHandler implements ICommandHandler<AddProjectCommand> {
  constructor(
    private readonly repository: Repository,
    private readonly changes: Changes,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute(command: AddProjectCommand): Promise<AddedProject> {
    const { organization } = command.context;
    const created = await this.changes.make(() => this.#draft(command), command.context);
    if (created === undefined) throw refused('COMMAND-opamwu');
    const { draft, appended, at } = created;
    return { projectId: draft.projectId, details: detailsOf(appended, at, organization) };
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
  async #draft(command: AddProjectCommand) {
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
    return {
      projectId,
      stream: projectStream(projectId),
      events: decision.events,
      expected: 'noStream' as const,
      naming: {
        scope: { kind: 'project' as const, organization: command.context.organization },
        name,
        owner: projectId,
      },
    };
  }
}
