import { Inject, Injectable } from '@nestjs/common';
import type { CommandContext } from '#libs/engine/commands/command-context.js';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import type { PlannedAppend } from '#libs/engine/commands/planned-append.js';
import { type Loaded, Repository } from '#libs/engine/commands/repository.js';
import { NAME_RESERVER, type NameReserver } from '#libs/registry/names/index.js';
import { loadProject } from '#libs/registry/projects/index.js';
import type { Details } from '#libs/registry/shared/commands/details.js';
import { changeAggregate, plannedChange } from '#libs/registry/shared/commands/named-aggregate.js';
import { type ApplicationCommand, applicationDecider } from '../../application.decide.js';
import { type ApplicationEvent, applicationStream } from '../../application.events.js';
import { type ApplicationState, isLiveApplication } from '../../application.state.js';
import { applicationSeenBy } from '../../application-visibility.js';
import { applicationAggregate } from './application-aggregate.js';
import { type ApplicationHome, homeDependency } from './application-home.js';

/** The application that a command changes, and the request that the command belongs to. */
export interface ApplicationTarget {
  /** undefined: the request does not name the project. */
  readonly projectId?: string;
  readonly appId: string;
  readonly context: CommandContext;
}

/** An application, and its project, as they were loaded. */
export interface LoadedApplication extends Pick<Loaded<ApplicationState>, 'state' | 'revision'> {
  readonly home: ApplicationHome;
}

/** Makes the command to decide; gets the time, in milliseconds since 1970, and the application as it is now. */
type CommandAt = (now: number, state: ApplicationState) => ApplicationCommand;

/** Changes applications as an organization sees them in a project: others do not exist for it. */
@Injectable()
export class Applications {
  constructor(
    private readonly repository: Repository,
    @Inject(NAME_RESERVER) private readonly names: NameReserver,
    private readonly executor: CommandExecutor,
  ) {}

  /** Runs a command on an application that exists. @throws ContractError what {@link changeAggregate} throws */
  change(target: ApplicationTarget, command: CommandAt): Promise<Details> {
    const plan = async (now: number) => {
      const loaded = await this.#load(target);
      return this.plan(loaded, command(now, loaded.state));
    };
    return changeAggregate(this.executor, applicationAggregate, target.appId, plan, target.context);
  }

  /** Decides a command on the application as it is now. @throws ContractError the refusal */
  async decide(target: ApplicationTarget, command: ApplicationCommand): Promise<PlannedAppend<ApplicationEvent>> {
    return this.plan(await this.#load(target), command);
  }

  /** Decides a command on an application that was loaded, and plans its append. @throws ContractError the refusal */
  plan({ home, state, revision }: LoadedApplication, command: ApplicationCommand): PlannedAppend<ApplicationEvent> {
    const target = { id: home.appId, scope: home.projectId };
    const planned = plannedChange(applicationAggregate, this.names, { state, revision }, command, target);
    const { stream, events, expected, reservation } = planned;
    return { stream, events, expected, reservation, dependency: homeDependency(this.repository, home, events) };
  }

  async #load(target: ApplicationTarget): Promise<LoadedApplication> {
    const { appId, context } = target;
    const { resourceOwner } = context;
    const load = () => this.repository.load(applicationStream(appId), applicationDecider);
    // Without the project in the request, the application names it, and has to be loaded first.
    const loaded = target.projectId === undefined ? await load() : undefined;
    const projectId = target.projectId ?? projectIdOf(loaded?.state);
    const [project, application] = await Promise.all([
      loadProject(this.repository, projectId, resourceOwner),
      loaded ?? load(),
    ]);
    const state = applicationSeenBy(resourceOwner, { projectId, project }, application);
    return { state, revision: application.revision, home: { appId, projectId, revision: project.revision } };
  }
}

/** The project of an application; empty, which is the id of none, when the application does not exist. */
function projectIdOf(state: ApplicationState | undefined): string {
  return state !== undefined && isLiveApplication(state) ? state.projectId : '';
}
