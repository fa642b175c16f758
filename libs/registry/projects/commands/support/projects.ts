import { Injectable } from '@nestjs/common';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import type { PlannedAppend } from '#libs/engine/commands/planned-append.js';
import { type Loaded, Repository } from '#libs/engine/commands/repository.js';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { comparableName } from '#libs/registry/names/name.js';
import { NameReservations } from '#libs/registry/names/name-reservations.js';
import { type Details, detailsOf } from '#libs/registry/shared/commands/details.js';
import { projectSeenBy } from '#libs/registry/shared/visibility.js';
import { type ProjectCommand, projectDecider } from '../../project.decide.js';
import { type ProjectEvent, projectStream } from '../../project.events.js';
import { isLiveProject, type ProjectState } from '../../project.state.js';

/** A project that was looked at so lately is not looked at before a creation, only after it: a busy one is read once. */
export const RECENT_MS = 50;

/** A project that may have been changed, or removed, since it was loaded. */
export interface KnownProject extends Loaded<ProjectState> {
  readonly isUnconfirmed?: true | undefined;
}

/** What was decided on a project. */
export interface ProjectDecision extends Pick<PlannedAppend<ProjectEvent>, 'events' | 'expected'> {
  readonly projectId: string;
  readonly organization: string;
  /** Set: the project bears this name from then on, and did not before. */
  readonly name?: string | undefined;
}

/** Projects as an organization sees them: those of other organizations are not there. */
@Injectable()
export class Projects {
  constructor(
    private readonly repository: Repository,
    private readonly names: NameReservations,
    private readonly executor: CommandExecutor,
  ) {}

  /** The project as it is now. */
  async load(projectId: string, organization: string): Promise<KnownProject> {
    const loaded = await this.repository.loadShared(projectStream(projectId), projectDecider);
    return { ...loaded, state: projectSeenBy(organization, loaded) };
  }

  /** The project as this process knows it to have been there, without a look at the store; otherwise as it is now. */
  async known(projectId: string, organization: string): Promise<KnownProject> {
    const stream = projectStream(projectId);
    const known = this.repository.known(stream, projectDecider);
    const state = known && projectSeenBy(organization, known);
    if (known === undefined || state === undefined || !isLiveProject(state)) return this.load(projectId, organization);
    const isUnconfirmed = this.repository.unseenForMs(stream) > RECENT_MS || undefined;
    return { ...known, state, isUnconfirmed };
  }

  /**
   * Runs a command on a project that is there: load → decide → append, again when another process was first.
   *
   * @throws ContractError the refusal, that the new name is taken, or what {@link CommandExecutor.execute} throws
   */
  async change(command: ProjectCommand, context: CommandContext): Promise<Details> {
    const stream = projectStream(command.projectId);
    const committed = await this.executor.executeInOrder(stream, () => this.#decide(command, context), context);
    if (committed === undefined) throw refused('COMMAND-opamwu');
    return detailsOf(committed.appended, committed.at, context.resourceOwner);
  }

  async #decide(
    command: ProjectCommand,
    { resourceOwner: organization }: CommandContext,
  ): Promise<PlannedAppend<ProjectEvent>> {
    const { projectId } = command;
    const { state, revision } = await this.load(projectId, organization);
    const decision = projectDecider.decide(state, command);
    if (!decision.accepted) throw refused(decision.refusal);
    const name = nameOf(decision.events.reduce(projectDecider.evolve, state));
    const renamed = name !== undefined && comparableName(name) !== comparableName(nameOf(state) ?? '');
    return this.plan({
      projectId,
      organization,
      events: decision.events,
      expected: revision,
      ...(renamed && { name }),
    });
  }

  /** The append that a decision on a project comes to. */
  plan({ projectId, organization, events, expected, name }: ProjectDecision): PlannedAppend<ProjectEvent> {
    const naming =
      name === undefined ? undefined : { scope: { kind: 'project' as const, organization }, name, owner: projectId };
    const reservation = naming && this.names.reservation(naming, expected);
    return { stream: projectStream(projectId), events, expected, reservation };
  }
}

function nameOf(state: ProjectState): string | undefined {
  return isLiveProject(state) ? state.settings.name : undefined;
}
