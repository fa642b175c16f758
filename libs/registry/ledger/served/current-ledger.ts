import type { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Ledger } from '#libs/engine/ledger/ledger.js';
import type { SignedCheckpoint } from '#libs/engine/ledger/tree/ledger-folder.js';
import { refused, temporarilyRefused } from '#libs/registry/shared/refused.js';
import { ledgerRefusals } from '../ledger.refusals.js';

/** A checkpoint is signed, and files are made again, within seconds where the log is not long. */
const RETRY_AFTER_SECONDS = 2;

/** A ledger and its last checkpoint. */
export interface SignedLedger {
  readonly ledger: Ledger;
  readonly last: SignedCheckpoint;
}

/** Finds the last checkpoint. @throws ContractError this process has no ledger, or nothing is signed yet */
export function signedLedger(ledger: Ledger | undefined): SignedLedger {
  if (ledger === undefined) throw refused(ledgerRefusals, 'LEDGER-k3Wv8');
  const last = ledger.checkpoint();
  if (last === undefined) throw temporarilyRefused(ledgerRefusals, 'LEDGER-p6Tn2', RETRY_AFTER_SECONDS);
  return { ledger, last };
}

/** What is read from the files of the ledger. @throws ContractError they are not whole: the thread of the ledger makes them again */
export function fromFiles<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw notWhole();
  }
}

/** What is written into the folder of the ledger. @throws ContractError it cannot be written now */
export function intoFolder<T>(write: () => T): T {
  try {
    return write();
  } catch {
    throw temporarilyRefused(ledgerRefusals, 'LEDGER-w7Rd5', RETRY_AFTER_SECONDS);
  }
}

/** The refusal of what cannot be read from the files of the ledger now. */
export function notWhole(): ContractError {
  return temporarilyRefused(ledgerRefusals, 'LEDGER-t4Vb9', RETRY_AFTER_SECONDS);
}
