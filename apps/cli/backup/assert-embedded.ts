import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { UsageError } from '../usage-error.js';

/**
 * Checks that the events are in the data folder.
 *
 * @throws UsageError they are in EventStoreDB; the message says how to back that up
 */
export function assertEmbedded({ eventStoreUrl }: Configuration): void {
  if (eventStoreUrl === undefined) return;
  throw new UsageError(
    `APPLEDGER_EVENTSTORE_URL is set, so the events are in EventStoreDB: back up and restore EventStoreDB by its own means.
MongoDB needs no back-up: the documents are built from the events again.
With the development issuer keep development-issuer.json from APPLEDGER_DATA_DIR too. See docs/operations.md.`,
  );
}
