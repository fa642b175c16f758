import type { Feature } from '#libs/registry/shared/features/feature.js';
import { ledgerRefusals } from './ledger.refusals.js';
import { checkpointRoute } from './served/checkpoint-route.js';
import { entriesRoute } from './served/entries-route.js';
import { LedgerGate } from './served/ledger-gate.js';
import { tileRoute } from './served/tile-route.js';
import { cosignRoute } from './witnesses/cosign-route.js';
import { witnessedRoute } from './witnesses/witnessed-route.js';

/** Ledger: a transparency log over the events, which proves to others that none was changed or taken away. */
export const ledgerFeature: Feature = {
  name: 'ledger',
  refusals: ledgerRefusals,
  providers: [LedgerGate],
  routes: [checkpointRoute, witnessedRoute, tileRoute, entriesRoute, cosignRoute],
  groups: { Ledger: 'Proof that no event was changed or taken away, for those who do not trust this server.' },
};
