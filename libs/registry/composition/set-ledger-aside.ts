import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { hasSegments } from '#libs/engine/event-store/embedded/segments/find-segments.js';
import { LEDGER_FOLDER } from '#libs/engine/ledger/tree/ledger-folder.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { timeInName } from '#libs/engine/runtime/time-in-name.js';

/**
 * Renames the ledger of an event log that is gone, so that a new log begins with a new ledger and a new key: the old
 * ledger would contradict the new log. Does nothing when the log is there.
 *
 * @param dataFolder that has both
 * @throws Error it cannot be renamed
 */
export function setLedgerAside(dataFolder: string, log: Log): void {
  const ledger = join(dataFolder, LEDGER_FOLDER);
  if (hasSegments(join(dataFolder, EVENT_STORE_FOLDER)) || !existsSync(ledger)) return;
  const setAside = `${ledger}.replaced-${timeInName()}`;
  renameSync(ledger, setAside);
  log.warn(
    { setAside },
    'a new event log begins, and with it a new ledger with a new key: the old ledger is set aside',
  );
}
