import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PrivateLabelingSetting } from '@zitadel/proto/zitadel/project_pb.js';
import { AddProjectCommand } from '#libs/commands/add-project/add-project.command.js';
import { ContractError } from '#libs/contract/errors/contract-error.js';
import { EventStoreUnavailableError } from '#libs/event-store/port/event-store.errors.js';
import { waitAfter } from '#libs/kernel/back-off.js';
import type { Dispatcher } from '#libs/platform/dispatcher.js';
import type { Log } from '#libs/platform/logger.js';

const FIRST_PROJECT_NAME = 'My first project';

/** The ids that the development issuer has drawn for it. */
interface FirstProject {
  readonly organization: string;
  readonly user: string;
  readonly project: string;
}

/**
 * Sees to it that the first project is there. When the event store cannot be written now, the server starts all the
 * same, and the project is made as soon as it can be.
 *
 * @returns a way to stop trying
 */
export async function ensureFirstProject(
  dispatcher: Dispatcher,
  first: FirstProject,
  log: Log,
): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const attempt = async (): Promise<boolean> => {
    try {
      await addFirstProject(dispatcher, first);
      return true;
    } catch (error) {
      if (error instanceof EventStoreUnavailableError) return false;
      throw error;
    }
  };
  if (await attempt()) return { stop: async () => undefined };
  log.warn({ project: first.project }, 'the first project cannot be made yet: the event store does not serve');
  const trying = (async () => {
    for (let failures = 1; !signal.aborted; failures += 1) {
      await delay(waitAfter(failures), undefined, { signal }).catch(() => undefined); // stopping
      if (!signal.aborted && (await attempt())) return;
    }
  })().catch((err: unknown) => log.error({ err }, 'the first project could not be made'));
  return {
    stop: async () => {
      stopping.abort();
      await trying;
    },
  };
}

/**
 * Makes the first project, unless it has been made by an earlier start.
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
    organization: first.organization,
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
