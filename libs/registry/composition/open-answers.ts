import type { AskRequest, OperationResult } from '#libs/engine/operations/operation.js';
import { Closing } from '#libs/engine/runtime/closing.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { assertRestored, readDataFolder } from '#libs/engine/runtime/data-folder.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { answersOfStore } from './answers-of-store.js';
import { openEventStore } from './open-event-store.js';

/** Answers questions to the event store. */
export interface OpenedAnswers {
  ask(request: AskRequest): Promise<OperationResult>;
  close(): Promise<void>;
}

/**
 * Opens the event store for reading. Others may read it at the same time, and the embedded one is not changed.
 *
 * @throws DataFolderInUseError a process that may write is using the data folder
 * @throws EventStoreUnavailableError, Error it cannot be opened
 */
export async function openAnswers(configuration: Configuration, log: Log): Promise<OpenedAnswers> {
  const { dataDir, eventStoreUrl } = configuration;
  const closing = new Closing();
  try {
    const folder = eventStoreUrl === undefined ? closing.keep(readDataFolder(dataDir)) : undefined;
    if (folder !== undefined) assertRestored(folder);
    const { eventStore, identity } = await openEventStore(configuration, folder, { log, closing, isReader: true });
    return { ask: answersOfStore(eventStore, identity), close: () => closing.run() };
  } catch (error) {
    await closing.run();
    throw error;
  }
}
