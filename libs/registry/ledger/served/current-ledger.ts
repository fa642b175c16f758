import type { Ledger } from '#libs/engine/ledger/ledger.js';
import type { SignedCheckpoint } from '#libs/engine/ledger/tree/ledger-folder.js';
import { refused } from '#libs/registry/shared/refused.js';
import { ledgerRefusals } from '../ledger.refusals.js';

/** A ledger and its last checkpoint. @throws ContractError this process has no ledger, or nothing is signed yet */
export function signedLedger(ledger: Ledger | undefined): { readonly ledger: Ledger; readonly last: SignedCheckpoint } {
  if (ledger === undefined) throw refused(ledgerRefusals, 'LEDGER-k3Wv8');
  const last = ledger.checkpoint();
  if (last === undefined) throw refused(ledgerRefusals, 'LEDGER-p6Tn2');
  return { ledger, last };
}
