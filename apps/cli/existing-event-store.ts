import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { UsageError } from './usage-error.js';

/**
 * Checks that the data folder has an event store: opening a misspelt folder would create an empty store, on which every
 * command succeeds.
 *
 * @throws UsageError the data folder holds no event store
 */
export function assertEventStoreIn(dataDir: string): void {
  if (existsSync(join(dataDir, EVENT_STORE_FOLDER))) return;
  throw new UsageError(
    `there is no event store in ${dataDir}: set APPLEDGER_DATA_DIR to the folder that Appledger uses`,
  );
}
