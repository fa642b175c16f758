import { join, resolve } from 'node:path';
import { EmbeddedEventStore, EVENT_STORE_FOLDER } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { keepFormerCheckpoint } from '#libs/engine/ledger/keys/former-checkpoint.js';
import { ledgerKey } from '#libs/engine/ledger/keys/ledger-key.js';
import { type Ledger, ledgerFolder } from '#libs/engine/ledger/ledger.js';
import { lastSigned } from '#libs/engine/ledger/witnessed-checkpoints.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { openDataFolder } from '#libs/engine/runtime/data-folder.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import type { FeatureSet } from '#libs/registry/shared/features/feature-set.js';
import type { Stores } from '../open-stores.js';
import { ledgerStreams } from './ledger-streams.js';
import { LedgerThread } from './ledger-thread.js';

/** A ledger, and what ends it. */
export interface OpenedLedger {
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/** What a ledger is opened with. */
export interface LedgerParts {
  readonly stores: Pick<Stores, 'folder' | 'wholeEventStore'>;
  readonly kinds: FeatureSet['streams'];
  readonly log: Log;
}

/**
 * Opens the ledger, and keeps it in a thread of its own. Where nothing can be written, what is there is served.
 *
 * @returns undefined: it is switched off, or there is no folder for it
 * @throws LedgerKeyError, DataFolderError the key or the folder cannot be used
 */
export async function openLedger(
  configuration: Configuration,
  { stores, kinds, log }: LedgerParts,
): Promise<OpenedLedger | undefined> {
  const { ledger: isOn, ledgerDir, ledgerOrigin: origin, streamPrefix, eventStoreUrl } = configuration;
  const folder = ledgerFolder(ledgerDir && resolve(ledgerDir), stores.folder?.path);
  if (!isOn || folder === undefined) return undefined;
  // The folder in the data folder is locked too: another process may have been given it.
  const isSealed = ledgerDir === undefined && stores.folder?.readOnly === true;
  const lock = isSealed ? undefined : openDataFolder(folder, 'APPLEDGER_LEDGER_DIR');
  const isKept = lock?.readOnly === false;
  if (lock?.readOnly)
    log.warn({ folder }, 'the folder of the ledger is read-only: what is there is served, and nothing is signed');
  const signer = ledgerKey(folder, { key: configuration.ledgerKey, origin }, isKept);
  if (signer === undefined) return undefined;
  const { verifier } = signer;
  const last = lastSigned(folder, verifier);
  if (!isKept) {
    const ledger = { folder, verifier, checkpoint: () => last, status: () => ({ state: 'off' }) as const };
    return { ledger, close: async () => lock?.close() };
  }
  keepFormerCheckpoint(folder, last, signer.verifier, log);
  const thread = new LedgerThread(
    {
      folder,
      key: signer.text,
      streamPrefix,
      kinds: ledgerStreams(kinds),
      log:
        eventStoreUrl === undefined
          ? { folder: join(stores.folder?.path ?? '', EVENT_STORE_FOLDER) }
          : { url: eventStoreUrl },
    },
    {
      last,
      head: () => stores.wholeEventStore.localHead,
      damaged: (position) => note(stores.wholeEventStore, position),
      log,
    },
  );
  return {
    ledger: { folder, verifier, checkpoint: () => thread.checkpoint, status: () => thread.status },
    close: async () => {
      await thread.stop();
      lock?.close();
    },
  };
}

/** Lets the store know, and report, that an event is damaged, which another thread has found. */
function note(store: EventStore, position: bigint): void {
  if (store instanceof EmbeddedEventStore) void store.log.check(position);
}
