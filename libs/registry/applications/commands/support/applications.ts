import { Injectable } from '@nestjs/common';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import type { PlannedAppend } from '#libs/engine/commands/planned-append.js';
import { Repository } from '#libs/engine/commands/repository.js';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { comparableName } from '#libs/registry/names/name.js';
import { NameReservations } from '#libs/registry/names/name-reservations.js';
import { Projects } from '#libs/registry/projects/commands/support/projects.js';
import { type Details, detailsOf } from '#libs/registry/shared/commands/details.js';
import { applicationSeenBy } from '#libs/registry/shared/visibility.js';
import { type ApplicationCommand, applicationDecider } from '../../application.decide.js';
import { type ApplicationEvent, applicationStream } from '../../application.events.js';
import { type ApplicationState, isLiveApplication } from '../../application.state.js';
import { type ApplicationHome, homeDependency } from './application-home.js';

/** Which application a command is about, and who gives it. */
export interface ApplicationTarget {
  readonly projectId: string;
  readonly appId: string;
  readonly context: CommandContext;
}

/** What was decided on an application. */
export interface ApplicationDecision extends Pick<PlannedAppend<ApplicationEvent>, 'events' | 'expected'> {
  readonly home: ApplicationHome;
  /** Set: the application bears this name from then on, and did not before. */
  readonly name?: string | undefined;
}

/** Makes the domain's command; gets the time, in milliseconds since 1970. */
type CommandAt = (now: number) => ApplicationCommand;

/** Applications as an organization sees them in a project: all others are not there. */
@Injectable()
export class Applications {
  constructor(
    private readonly repository: Repository,
    private readonly projects: Projects,
    private readonly names: NameReservations,
    private readonly executor: CommandExecutor,
  ) {}

  /**
   * Runs a command on an application that is there: load → decide → append, again when another process was first.
   *
   * @throws ContractError the refusal, that the new name is taken, or what {@link CommandExecutor.execute} throws
   */
  async change(target: ApplicationTarget, command: CommandAt): Promise<Details> {
    const { context } = target;
    const stream = applicationStream(target.appId);
    const committed = await this.executor.executeInOrder(
      stream,
      ({ now }) => this.decide(target, command(now)),
      context,
    );
    if (committed === undefined) throw refused('V3-DKcYh');
    return detailsOf(committed.appended, committed.at, context.resourceOwner);
  }

  /** What the command comes to now. @throws ContractError the refusal */
  async decide(target: ApplicationTarget, command: ApplicationCommand): Promise<PlannedAppend<ApplicationEvent>> {
    const { state, revision, home } = await this.#load(target);
    const decision = applicationDecider.decide(state, command);
    if (!decision.accepted) throw refused(decision.refusal);
    const name = nameOf(decision.events.reduce(applicationDecider.evolve, state));
    const renamed = name !== undefined && comparableName(name) !== comparableName(nameOf(state) ?? '');
    return this.plan({ home, events: decision.events, expected: revision, ...(renamed && { name }) });
  }

  /** The append that a decision on an application comes to. */
  plan({ home, events, expected, name }: ApplicationDecision): PlannedAppend<ApplicationEvent> {
    const { appId, projectId } = home;
    const naming =
      name === undefined ? undefined : { scope: { kind: 'application' as const, projectId }, name, owner: appId };
    return {
      stream: applicationStream(appId),
      events,
      expected,
      dependency: homeDependency(this.repository, home, events),
      reservation: naming && this.names.reservation(naming, expected),
    };
  }

  /** The application as it is now. One of another project, or of one that is not there, is not there. */
  async #load({ projectId, appId, context }: ApplicationTarget) {
    const [project, application] = await Promise.all([
      this.projects.load(projectId, context.resourceOwner),
      this.repository.load(applicationStream(appId), applicationDecider),
    ]);
    const state: ApplicationState = applicationSeenBy(context.resourceOwner, { projectId, project }, application);
    return { state, revision: application.revision, home: { appId, projectId, revision: project.revision } };
  }
}

function nameOf(state: ApplicationState): string | undefined {
  return isLiveApplication(state) ? state.name : undefined;
}
