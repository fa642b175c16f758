import { Registry } from 'prom-client';
import { composeOperations } from '#libs/composition/compose-operations.js';
import { composeProjector } from '#libs/composition/compose-projector.js';
import { openStores } from '#libs/composition/open-stores.js';
import { remoteOperations } from '#libs/operations/control-socket.js';
import type { OperationRequest, Operations } from '#libs/operations/operation.js';
import type { Configuration } from '#libs/platform/configuration.js';
import { DataFolderInUseError } from '#libs/platform/data-folder.js';
import type { Log } from '#libs/platform/logger.js';
import { assertEventStoreIn } from './existing-event-store.js';

/**
 * The operations where they can be done: on the stores, or in the process that is using the data folder. To build
 * documents again somebody has to run the projections: this process does, unless another one does already.
 *
 * @throws UsageError there is no event store yet
 * @throws Error the stores cannot be opened
 */
export async function openOperations(
  configuration: Configuration,
  log: Log,
  { operation }: OperationRequest,
): Promise<{ readonly operations: Operations; close(): Promise<void> }> {
  if (configuration.eventStoreUrl === undefined) assertEventStoreIn(configuration.dataDir);
  try {
    const stores = await openStores(configuration, log);
    const projector = composeProjector(stores, { isOn: operation === 'rebuild', registry: new Registry(), log });
    projector.start();
    return {
      operations: composeOperations(stores),
      close: async () => {
        await projector.stop();
        await stores.close();
      },
    };
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw error;
    return { operations: remoteOperations(configuration.dataDir), close: async () => undefined };
  }
}
