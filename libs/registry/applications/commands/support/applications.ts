import { Injectable } from '@nestjs/common';
import { refused } from '#libs/registry/contract/errors/refused.js';
import { comparableName } from '#libs/registry/names/name.js';
import { Projects } from '#libs/registry/projects/commands/support/projects.js';
import { Changes, type Draft } from '#libs/registry/shared/commands/changes.js';
import type { CommandContext } from '#libs/registry/shared/commands/command-context.js';
import { type Details, detailsOf } from '#libs/registry/shared/commands/details.js';
import { Repository } from '#libs/registry/shared/commands/repository.js';
import { applicationSeenBy } from '#libs/registry/shared/visibility.js';
import { type ApplicationCommand, applicationDecider } from '../../application.decide.js';
import { applicationStream } from '../../application.events.js';
import { type ApplicationState, isLiveApplication } from '../../application.state.js';

/** Which application a command is about, and who gives it. */
export interface ApplicationTarget {
  readonly projectId: string;
  readonly appId: string;
  readonly context: CommandContext;
}

/** Makes the domain's command; gets the time, in milliseconds since 1970. */
type CommandAt = (now: number) => ApplicationCommand;

/** Applications as an organization sees them in a project: all others are not there. */
@Injectable()
export class Applications {
  constructor(
    private readonly repository: Repository,
    private readonly projects: Projects,
    private readonly changes: Changes,
  ) {}

  /**
   * Runs a command on an application that is there: load → decide → append, again when another process was first.
   *
   * @throws ContractError the refusal, that the new name is taken, or what {@link Changes.change} throws
   */
  async change(target: ApplicationTarget, command: CommandAt): Promise<Details> {
    const { context } = target;
    const stream = applicationStream(target.appId);
    const made = await this.changes.change(stream, ({ now }) => this.decide(target, command(now)), context);
    if (made === undefined) throw refused('V3-DKcYh');
    return detailsOf(made.appended, made.at, context.organization);
  }

  /** What the command comes to now. @throws ContractError the refusal */
  async decide(target: ApplicationTarget, command: ApplicationCommand): Promise<Draft> {
    const { projectId, appId } = target;
    const { state, revision, home } = await this.#load(target);
    const decision = applicationDecider.decide(state, command);
    if (!decision.accepted) throw refused(decision.refusal);
    const name = nameOf(decision.events.reduce(applicationDecider.evolve, state));
    const renamed = name !== undefined && comparableName(name) !== comparableName(nameOf(state) ?? '');
    return {
      stream: applicationStream(appId),
      events: decision.events,
      expected: revision,
      home,
      naming: renamed ? { scope: { kind: 'application', projectId }, name, owner: appId } : undefined,
    };
  }

  /** The application as it is now. One of another project, or of one that is not there, is not there. */
  async #load({ projectId, appId, context }: ApplicationTarget) {
    const [project, application] = await Promise.all([
      this.projects.load(projectId, context.organization),
      this.repository.load(applicationStream(appId), applicationDecider),
    ]);
    const state: ApplicationState = applicationSeenBy(context.organization, { projectId, project }, application);
    return { state, revision: application.revision, home: { appId, projectId, revision: project.revision } };
  }
}

function nameOf(state: ApplicationState): string | undefined {
  return isLiveApplication(state) ? state.name : undefined;
}
