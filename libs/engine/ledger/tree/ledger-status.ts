/**
 * How a ledger is doing. `checking`: what was signed is compared with the log; `current`: it follows the log; `failing`:
 * it cannot go on now, and tries again; `contradicted`: the log is not the one that was signed, and nothing is signed any
 * more; `off`: this process does not keep it.
 */
export interface LedgerStatus {
  readonly state: 'checking' | 'current' | 'failing' | 'contradicted' | 'off';
  /** Why, where it fails or is contradicted. */
  readonly reason?: string;
}
