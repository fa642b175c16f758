import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { UsageError } from './usage-error.js';

/**
 * Makes sure that there is something to look after: opening a folder that was misspelt would make an empty store in it,
 * of which everything is true.
 *
 * @throws UsageError the data folder holds no event store
 */
export function assertEventStoreIn(dataDir: string): void {
  if (existsSync(join(dataDir, EVENT_STORE_FOLDER))) return;
  throw new UsageError(
    `there is no event store in ${dataDir}: set APPLEDGER_DATA_DIR to the folder that Appledger uses`,
  );
}
