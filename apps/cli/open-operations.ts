import { Registry } from 'prom-client';
import { remoteOperations } from '#libs/engine/operations/control-socket.js';
import type { OperationRequest, Operations } from '#libs/engine/operations/operation.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { DataFolderInUseError } from '#libs/engine/runtime/data-folder.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { composeOperations } from '#libs/registry/composition/compose-operations.js';
import { composeProjector } from '#libs/registry/composition/compose-projector.js';
import { openStores } from '#libs/registry/composition/open-stores.js';
import { features } from '#libs/registry/features.js';
import { assertEventStoreIn } from './existing-event-store.js';

/**
 * Opens the operations: in this process, or in the one that is using the data folder. A rebuild needs a process that
 * runs the projections: this one does, unless another one does already.
 *
 * @throws UsageError there is no event store yet
 * @throws Error the stores cannot be opened
 */
export async function openOperations(
  configuration: Configuration,
  log: Log,
  { operation }: Pick<OperationRequest, 'operation'>,
): Promise<{ readonly operations: Operations; close(): Promise<void> }> {
  if (configuration.eventStoreUrl === undefined) assertEventStoreIn(configuration.dataDir);
  try {
    const stores = await openStores(configuration, log);
    const projector = composeProjector(stores, {
      features,
      isOn: operation === 'rebuild',
      registry: new Registry(),
      log,
    });
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
