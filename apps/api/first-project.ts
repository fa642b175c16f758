import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PrivateLabelingSetting } from '@zitadel/proto/zitadel/project_pb.js';
import type { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { EventStoreUnavailableError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { AddProjectCommand } from '#libs/registry/projects/commands/add-project/add-project.command.js';

const FIRST_PROJECT_NAME = 'My first project';

/** The ids that the development issuer has generated for it. */
interface FirstProject {
  readonly organization: string;
  readonly user: string;
  readonly project: string;
}

/** Whether clients can be registered in the first project. */
export interface FirstProjectStart {
  /** The reason why not, at the start; undefined: they can. */
  readonly obstacle: string | undefined;
  /** Resolves to true once they can, to false after {@link stop}. */
  readonly usable: Promise<boolean>;
  /** Ends the retries. */
  stop(): Promise<void>;
}

/**
 * Creates the first project. When the event store cannot be written now, the server starts all the same, and the
 * project is created as soon as it can be.
 */
export async function ensureFirstProject(
  dispatcher: Dispatcher,
  eventStore: EventStore,
  first: FirstProject,
  log: Log,
): Promise<FirstProjectStart> {
  const attempt = () => obstacleTo(() => addFirstProject(dispatcher, first), eventStore);
  const obstacle = await attempt();
  if (obstacle === undefined) return { obstacle, usable: Promise.resolve(true), stop: async () => undefined };
  log.warn({ project: first.project, reason: obstacle }, 'the first project cannot be used yet; trying again');
  const stopping = new AbortController();
  const usable = untilNothingIsInTheWay(attempt, stopping.signal).catch((err: unknown) => {
    log.error({ err }, 'the first project could not be made');
    return false;
  });
  return {
    obstacle,
    usable,
    stop: async () => {
      stopping.abort();
      await usable;
    },
  };
}

async function untilNothingIsInTheWay(
  attempt: () => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<boolean> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    await delay(waitAfter(failures), undefined, { signal }).catch(() => undefined); // stopping
    if (!signal.aborted && (await attempt()) === undefined) return true;
  }
  return false;
}

/** The reason why the event store refuses appends; undefined: it accepts them. */
async function obstacleTo(write: () => Promise<void>, eventStore: EventStore): Promise<string | undefined> {
  try {
    await write();
  } catch (error) {
    if (error instanceof EventStoreUnavailableError) return error.message;
    throw error;
  }
  // The project may have existed already: then nothing was written.
  const { writable, detail = 'the event store cannot be written' } = await eventStore.health();
  return writable ? undefined : detail;
}

/**
 * Creates the first project, unless an earlier start has created it.
 * @throws EventStoreUnavailableError it could not be written
 */
async function addFirstProject(dispatcher: Dispatcher, first: FirstProject): Promise<void> {
  const id = randomUUID();
  const settings = {
    name: FIRST_PROJECT_NAME,
    projectRoleAssertion: false,
    projectRoleCheck: false,
    hasProjectCheck: false,
    privateLabelingSetting: PrivateLabelingSetting.UNSPECIFIED,
  };
  const context = {
    resourceOwner: first.organization,
    editor: { user: first.user },
    correlationId: id,
    causationId: id,
  };
  try {
    await dispatcher.command(new AddProjectCommand(settings, context, first.project));
  } catch (error) {
    if (!(error instanceof ContractError && error.id === 'COMMAND-opamwu')) throw error;
  }
}
