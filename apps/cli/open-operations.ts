import { Registry } from 'prom-client';
import { openStores } from '#libs/composition/open-stores.js';
import { withScratchReadModel } from '#libs/composition/scratch-read-model.js';
import { systemClock } from '#libs/kernel/clock.js';
import { remoteOperations } from '#libs/operations/control-socket.js';
import type { OperationRequest, Operations } from '#libs/operations/operation.js';
import { ProjectionOperations } from '#libs/operations/projection-operations.js';
import type { Configuration } from '#libs/platform/configuration.js';
import { DataFolderInUseError } from '#libs/platform/data-folder.js';
import type { Log } from '#libs/platform/logger.js';
import { projections } from '#libs/projections/projections.js';
import { ProjectionMetrics } from '#libs/projections/runner/projection-metrics.js';
import { Projector } from '#libs/projections/runner/projector.js';
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
    const parts = { ...stores, log, clock: systemClock };
    const mode = stores.readModelIsShared ? 'shared' : 'alone';
    const metrics = new ProjectionMetrics(new Registry());
    const projector = new Projector(projections, operation === 'rebuild' ? mode : 'off', { ...parts, metrics });
    projector.start();
    return {
      operations: new ProjectionOperations(projections, { ...parts, withScratch: withScratchReadModel }),
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
